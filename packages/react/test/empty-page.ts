import { beforeEach } from 'vitest'

// The page that the tests of a real browser run in has blanks of its own.
beforeEach(() => document.body.replaceChildren())
