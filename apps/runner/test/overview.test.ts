import { describe, expect, it } from 'vitest'
import { formatOverview } from '../src/overview.mjs'
import { formatTable } from '../src/table.mjs'

describe('a table', () => {
  it('has columns as wide as their widest cell, and no blanks at the end', () => {
    const rows = [['What', 'Where'], ['Express demo', 'http://localhost:4501'], [], ['API', '']]

    expect(formatTable(rows).split('\n')).toEqual([
      '  What          Where',
      '  Express demo  http://localhost:4501',
      '',
      '  API',
    ])
  })

  it('can be empty', () => {
    expect(formatTable([])).toBe('')
  })
})

describe('the overview', () => {
  it('says what runs where, whom to sign in as and how to run the job', () => {
    const text = formatOverview({
      places: [{ title: 'Express demo', url: 'http://localhost:4501' }],
      people: [{ email: 'owner@example.com', password: 'trefoil', note: 'Olivia Owner' }],
    })

    expect(text).toMatch(/^ {2}Express demo +http:\/\/localhost:4501$/m)
    expect(text).toMatch(/^ {2}owner@example\.com +trefoil +Olivia Owner$/m)
    expect(text).toMatch(/^ {2}Machine job +npm run machine/m)
  })
})
