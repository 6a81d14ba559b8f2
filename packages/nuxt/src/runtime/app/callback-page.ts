import { defineComponent } from 'vue'

/** The page that the provider comes back to: there is nothing to see, and soon another page. */
export default defineComponent({ name: 'TrefoilCallback', setup: () => () => null })
