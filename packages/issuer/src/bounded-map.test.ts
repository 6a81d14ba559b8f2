import { expect, it } from 'vitest'
import { BoundedMap } from './bounded-map.ts'

it('forgets its oldest entry when one more is added, and none when one is set anew', () => {
  const map = new BoundedMap<string, number>(2).set('a', 1).set('b', 2).set('b', 3)
  expect([...map]).toEqual([
    ['a', 1],
    ['b', 3],
  ])
  expect([...map.set('c', 4)]).toEqual([
    ['b', 3],
    ['c', 4],
  ])
})
