'use client'

import * as React from 'react'

type Use = <Value>(promise: Promise<Value>) => Value

// React 18 has no `use`. Asked for by name, so that no bundler complains about a missing export.
const found: Use | undefined = Reflect.get(React, 'use')

/** Whether this React can unwrap a promise while it renders (19 and later). */
export const canUse: boolean = found !== undefined

/** React's `use`. Callers look at {@link canUse} before a promise gets here. */
export const use: Use =
  found ??
  (() => {
    throw new TypeError('This React cannot unwrap a promise: it came with version 19.')
  })
