import { renderHook } from '@testing-library/react'
import { useState, version } from 'react'
import { version as domVersion } from 'react-dom'
import { expect, it } from 'vitest'

it('these tests run on the React that the project names, React DOM and the testing library along', () => {
  const wanted = process.env['REACT_VERSION']
  expect([version, domVersion.split('-')[0]]).toEqual([wanted, wanted])
  // Two Reacts at once would refuse the hook.
  expect(renderHook(() => useState(1)).result.current[0]).toBe(1)
})
