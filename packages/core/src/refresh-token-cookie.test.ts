import { describe, expect, it } from 'vitest'
import { sharesSite } from './refresh-token-cookie.ts'

describe('whether the issuer and the page share a site', () => {
  it.each([
    ['https://auth.example.com', 'https://app.example.com'],
    ['https://auth.example.com', 'https://example.com'],
    ['https://example.com', 'https://app.eu.example.com:8443'],
    ['http://localhost:4500', 'http://localhost:3000'],
    ['http://127.0.0.1:4500', 'http://127.0.0.1:3000'],
    ['http://[::1]:4500', 'http://[::1]:3000'],
  ])('%s and %s do', (issuer, origin) => {
    expect(sharesSite(issuer, origin)).toBe(true)
  })

  it.each([
    ['https://auth.example.com', 'https://example.org'],
    ['https://auth.example.com', 'https://badexample.com'],
    ['https://auth.example.com', 'http://app.example.com'],
    ['https://tenant.kinde.com', 'https://app.example.com'],
    ['http://localhost:4500', 'http://127.0.0.1:3000'],
    ['http://127.0.0.1', 'http://10.1.0.1'],
    ['http://auth.localhost', 'http://localhost'],
    ['https://com', 'https://example.com'],
  ])('%s and %s do not', (issuer, origin) => {
    expect(sharesSite(issuer, origin)).toBe(false)
  })
})
