import { beforeEach, describe, expect, it, vi } from 'vitest'
import { openPage } from '../../src/internal/page.ts'
import { createPeek } from '../../src/internal/page-peek.ts'
import { createTabLock } from '../../src/tab-lock.ts'
import { openFrame } from './frames.ts'

// What the tests elsewhere play, as a browser has it.

beforeEach(() => {
  sessionStorage.clear()
  localStorage.clear()
})

function toUrl(html: string): string {
  return URL.createObjectURL(new Blob([html], { type: 'text/html' }))
}

describe('the storage of a browser', () => {
  it('keeps texts for the tab and for the browser, apart from each other', () => {
    const { tabStore, browserStore } = openPage()
    expect([tabStore.write('a', 'of the tab'), browserStore.write('a', 'of all')]).toEqual([
      true,
      true,
    ])
    expect([tabStore.read('a'), browserStore.read('a')]).toEqual(['of the tab', 'of all'])
    expect([tabStore.keys(), browserStore.keys()]).toEqual([['a'], ['a']])
    tabStore.remove('a')
    expect([tabStore.read('a'), browserStore.read('a')]).toEqual([undefined, 'of all'])
  })

  it('says so when it is full, and keeps what it had', () => {
    const { tabStore } = openPage()
    expect(tabStore.write('a', 'before')).toBe(true)
    expect(tabStore.write('a', 'x'.repeat(11 * 1024 * 1024))).toBe(false)
    expect(tabStore.read('a')).toBe('before')
  })

  it('tells of changes in another page, of the browser’s alone', async () => {
    const heard: unknown[] = []
    const stop = openPage().onStoreChange((...change) => heard.push(change))
    const { window: other } = openFrame()
    other.sessionStorage.setItem('tab', '1')
    other.localStorage.setItem('a', '1')
    other.localStorage.removeItem('a')
    await vi.waitFor(() => expect(heard).toHaveLength(2))
    expect(heard).toEqual([
      ['a', '1'],
      ['a', null],
    ])
    stop()
  })
})

describe('what a page looks for before it loads more', () => {
  it('is there when the tab or the browser has it', () => {
    const isStored = (): boolean[] => ['a', 'b', 'c'].map((key) => createPeek(window).isStored(key))
    expect(isStored()).toEqual([false, false, false])
    sessionStorage.setItem('a', '')
    localStorage.setItem('b', '1')
    expect(isStored()).toEqual([true, true, false])
  })

  it('SP-07 is not there where the user forbids storage', () => {
    const { window: other } = openFrame()
    const get = (): never => {
      throw new DOMException('The operation is insecure.', 'SecurityError')
    }
    Object.defineProperties(other, { sessionStorage: { get }, localStorage: { get } })
    expect(createPeek(other).isStored('a')).toBe(false)
  })

  it('is still there for the browser where only the tab has no storage', () => {
    localStorage.setItem('a', '1')
    const { window: other } = openFrame()
    Object.defineProperty(other, 'sessionStorage', { value: null })
    expect(createPeek(other).isStored('a')).toBe(true)
  })
})

describe('a channel between pages', () => {
  it('hands on a copy of what is said, to the others alone, until it is closed', async () => {
    const { window: other } = openFrame()
    const heard: unknown[] = []
    const echoes: unknown[] = []
    const here = openPage().openChannel('test', (message) => echoes.push(message))
    const there = createPeek(other).openChannel('test', (message) => heard.push(message))
    const message = { type: 'session', record: { id: '1' } }
    here?.post(message)
    await vi.waitFor(() => expect(heard).toEqual([message]))
    expect(heard[0]).not.toBe(message)
    expect(echoes).toEqual([])
    here?.close()
    there?.post('late')
    there?.close()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(echoes).toEqual([])
  })
})

describe('a lock over pages, by Web Locks', () => {
  it('SP-04 lets one task run at a time', async () => {
    const { window: other } = openFrame()
    const happened: string[] = []
    const run = async (page: typeof globalThis, name: string): Promise<void> =>
      createTabLock(
        { ...openPage(), locks: page.navigator.locks },
        'lock',
      )(async () => {
        happened.push(`${name} begins`)
        await new Promise((resolve) => setTimeout(resolve, 20))
        happened.push(`${name} ends`)
        return true
      })
    await Promise.all([run(window, 'here'), run(other, 'there'), run(window, 'again')])
    const begun = happened.filter((_text, index) => index % 2 === 0)
    expect(happened).toEqual(begun.flatMap((text) => [text, text.replace('begins', 'ends')]))
    expect(begun).toHaveLength(3)
  })

  it('SP-04 is free again when the page that has it is gone', async () => {
    const { window: other, close } = openFrame()
    const taken = new Promise<void>((resolve) => {
      void other.navigator.locks
        .request('lock', async () => {
          resolve()
          await new Promise(() => undefined)
        })
        .catch(() => undefined)
    })
    await taken
    const startedAt = performance.now()
    const result = createTabLock(openPage(), 'lock')(async () => true)
    close()
    await result
    expect(performance.now() - startedAt).toBeLessThan(2_000)
  })
})

describe('a page', () => {
  it('may sign in, because it is on localhost', () => {
    expect(openPage().canSign()).toBe(true)
  })

  it('puts another address into the bar and keeps what the router knows', () => {
    const before = location.href
    history.replaceState({ key: 'of the router' }, '')
    openPage().replaceUrl('/there?a=1#b')
    expect([location.pathname, location.search, location.hash]).toEqual(['/there', '?a=1', '#b'])
    expect(history.state).toEqual({ key: 'of the router' })
    history.replaceState(null, '', before)
  })

  it('asks in a hidden frame, hears that frame alone, and takes it away', async () => {
    const url = toUrl('<script>parent.postMessage("the answer", location.origin)</script>')
    const asked = openPage().askFrame(url, AbortSignal.timeout(5_000))
    expect(document.querySelector('iframe')?.hidden).toBe(true)
    window.postMessage('of another page', location.origin)
    expect(await asked).toBe('the answer')
    expect(document.querySelector('iframe')).toBeNull()
  })

  it('waits no longer than it is told to, and not long for a page that says nothing', async () => {
    const url = toUrl('<p>Nothing to say</p>')
    await expect(openPage().askFrame(url, AbortSignal.timeout(50))).rejects.toThrow(/timed out/)
    const startedAt = performance.now()
    await expect(openPage().askFrame(url, AbortSignal.timeout(9_000))).rejects.toThrow('no word')
    expect(performance.now() - startedAt).toBeLessThan(4_000)
    expect(document.querySelector('iframe')).toBeNull()
  })
})
