import { formatTable } from './table.mjs'

/**
 * What a person needs to know once everything runs.
 * @typedef {object} Overview
 * @property {readonly { title: string, url: string }[]} places
 * @property {readonly { email: string, password: string, note: string }[]} people
 */

/**
 * @param {Overview} overview
 * @returns {string}
 */
export function formatOverview({ places, people }) {
  return [
    '',
    formatTable([
      ['What', 'Where'],
      ...places.map(({ title, url }) => [title, url]),
      ['Machine job', 'npm run machine (in another terminal)'],
      [],
      ['Sign in as', 'Password', 'Who'],
      ...people.map(({ email, password, note }) => [email, password, note]),
    ]),
    '',
    '  Ctrl-C stops everything.',
    '',
  ].join('\n')
}
