export { guardPage as default } from '../page-guard'
