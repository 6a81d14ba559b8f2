export { guardPages as default } from '../page-guard'
