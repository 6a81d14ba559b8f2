import { registerHooks } from 'node:module'
import { afterAll } from 'vitest'

// What is not ours, such as React DOM itself, asks Node for "react"; it must get the same one.
const hooks = registerHooks({
  resolve(specifier, context, nextResolve) {
    const renamed = specifier.replace(/^react(?:-dom)?(?=$|\/)/, (name) => `${name}18`)
    if (renamed === specifier) return nextResolve(specifier, context)
    return nextResolve(renamed, { ...context, parentURL: import.meta.url })
  },
})

afterAll(() => hooks.deregister())
