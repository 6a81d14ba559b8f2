import { defineNitroPlugin } from 'nitropack/runtime'
import { appendCookies, isSent, tighten } from './h3'

/** Has the last word on an answer that a session was read or written for. */
export default defineNitroPlugin((nitro) => {
  nitro.hooks.hook('beforeResponse', (event) => {
    if (isSent(event)) return
    if (event.context.trefoilTouched) tighten(event)
    appendCookies(event, event.context.trefoilCookies ?? [])
  })
})
