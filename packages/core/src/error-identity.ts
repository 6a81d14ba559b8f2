type ErrorClass = { readonly prototype: Error } & (abstract new (...args: never[]) => Error)

/**
 * Gives a class of errors a name that no minifier changes, and has `instanceof` know the errors of its
 * other copies: a bundler such as Next's puts a copy of this package into each of its bundles, and what
 * one of them throws is caught in another.
 */
export function identifyError(type: ErrorClass, name: string): void {
  const mark = Symbol.for(`@trefoil/core ${name}`)
  Object.defineProperties(type.prototype, {
    name: { value: name, configurable: true, writable: true },
    [mark]: { value: true },
  })
  Object.defineProperty(type, Symbol.hasInstance, {
    value(this: unknown, error: unknown): boolean {
      // A class that an application derives inherits this, and is no other than itself.
      if (this !== type) return Function.prototype[Symbol.hasInstance].call(this, error)
      return typeof error === 'object' && error !== null && mark in error
    },
  })
}
