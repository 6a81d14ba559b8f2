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
      ['Machine job', 'npm run machine, in another terminal'],
    ]),
    '',
    formatTable([
      ['Sign in as', 'Password', 'Who'],
      ...people.map(({ email, password, note }) => [email, password, note]),
    ]),
    '',
    '  Ctrl-C stops everything.',
    '',
  ].join('\n')
}

/**
 * Whom to sign in as, with what they are in each organization.
 * @param {import('@trefoil/issuer').Seed} seed
 * @returns {Overview['people']}
 */
export function listPeople({ users, organizations }) {
  return users.map(({ email, password, givenName, familyName, memberships }) => {
    const places = memberships.map(({ organization, roles }) => {
      const name = organizations.find(({ code }) => code === organization)?.name ?? organization
      return `${roles.join(' and ') || 'no role'} in ${name}`
    })
    return { email, password, note: `${givenName} ${familyName}: ${places.join(', ')}` }
  })
}
