/** A class of errors with a name of its own. */
type Kind = (abstract new (...args: never[]) => Error) & { readonly kind: string }

/**
 * Whether an error is of a class, or of one that another copy of this package has under its name: a
 * bundler such as Next's puts a copy into each of its bundles, and what one of them throws is caught in
 * another. A bundler can leave out a class that asks this, where a static block would keep it in.
 */
export function isOfKind(error: unknown, type: Kind): boolean {
  // A class that an application derives inherits the name, and is no other than itself.
  if (!Object.hasOwn(type, 'kind')) return Function.prototype[Symbol.hasInstance].call(type, error)
  for (let parent = above(error); parent !== null; parent = above(parent)) {
    const made: unknown = parent.constructor
    if (typeof made === 'function' && ownKind(made) === type.kind) return true
  }
  return false
}

function above(value: unknown): object | null {
  return typeof value === 'object' && value !== null ? Object.getPrototypeOf(value) : null
}

function ownKind(made: object): unknown {
  return Object.hasOwn(made, 'kind') ? Reflect.get(made, 'kind') : undefined
}
