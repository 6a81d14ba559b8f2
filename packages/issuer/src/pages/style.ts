import { createHash } from 'node:crypto'

/** The one style of our pages, of the same family as the demos': system fonts, light and dark. */
export const style: string = `
:root { color-scheme: light dark; --ground: light-dark(#f6f7f5, #141614); --surface: light-dark(#fff, #1f2320);
  --line: light-dark(#d9ded9, #363d38); --text: light-dark(#1c211d, #e8ece8); --muted: light-dark(#565f58, #a9b2ab);
  --accent: light-dark(#1d6b43, #7fd6a4); --on-accent: light-dark(#fff, #0d2417);
  --danger: light-dark(#a3211b, #ffb4ab); --danger-ground: light-dark(#fdeceb, #3a1a18);
  font: 1rem/1.6 system-ui, sans-serif }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; background: var(--ground); color: var(--text) }
.top { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .75rem; padding: .75rem clamp(1rem, 4vw, 2.5rem);
  background: var(--surface); border-bottom: 1px solid var(--line) }
.top p { margin: 0 }
.brand { display: flex; align-items: center; gap: .5rem; font-weight: 700 }
.mark { padding: 0 .6rem; border: 1px solid var(--line); border-radius: 1rem; background: var(--ground); color: var(--muted); font-size: .9rem }
main { flex: 1; width: min(28rem, 100% - 2rem); margin: clamp(1rem, 6vh, 4rem) auto 2rem }
.card { padding: clamp(1.25rem, 5vw, 2rem); border: 1px solid var(--line); border-radius: 1rem; background: var(--surface) }
h1 { margin: 0; font-size: 1.6rem; line-height: 1.25; overflow-wrap: anywhere }
.lead { margin: .35rem 0 1.5rem; color: var(--muted) }
.lead strong { color: var(--text); overflow-wrap: anywhere }
h2 { margin: 2rem 0 .75rem; font-size: 1rem }
.card > :last-child { margin-bottom: 0 }
form { display: grid; gap: 1rem }
label { display: block; margin: 0 0 .3rem; font-weight: 500 }
input { width: 100%; padding: .55rem .75rem; border: 1px solid var(--muted); border-radius: .5rem; background: var(--surface);
  color: var(--text); font: inherit }
input[aria-invalid] { border-color: var(--danger) }
.names { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: 1rem }
button, .button { padding: .55rem 1.1rem; border: 1px solid var(--accent); border-radius: .5rem; background: var(--accent);
  color: var(--on-accent); font: inherit; text-decoration: none; cursor: pointer }
button:hover, .button:hover { filter: brightness(1.1) }
.quiet { background: transparent; color: var(--accent) }
.actions { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem; margin: 1.5rem 0 0 }
form .actions { margin-top: .5rem }
a { color: var(--accent); text-underline-offset: .2em }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.problem { margin: 0 0 1rem; padding: .6rem .9rem; border: 1px solid var(--danger); border-radius: .5rem;
  background: var(--danger-ground); color: var(--danger) }
.choices { display: grid; gap: .5rem; margin: 0; padding: 0; list-style: none }
.choices button { display: block; width: 100%; padding: .6rem .9rem; border-color: var(--line); background: var(--ground);
  color: var(--text); text-align: left; line-height: 1.4; overflow-wrap: anywhere }
.choices button:hover { border-color: var(--accent); filter: none }
.choices strong { display: block; font-weight: 600 }
.choices span { display: block; color: var(--muted); font-size: .9rem }
dl { display: grid; grid-template-columns: minmax(7rem, auto) 1fr; gap: .5rem 1rem; margin: 0 }
dt { color: var(--muted) }
dd { margin: 0; overflow-wrap: anywhere }
.fine { margin: 1.25rem 0 0; color: var(--muted); font-size: .9rem }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere }
footer { padding: 1rem clamp(1rem, 4vw, 2.5rem); border-top: 1px solid var(--line); color: var(--muted); font-size: .9rem }
footer p { margin: 0 }
@media (min-width: 56rem) { main:has(.columns > section) { width: 54rem }
  .columns:has(> section) { display: grid; grid-template-columns: 1fr 1fr; gap: 3rem }
  .columns h2 { margin-top: 0 } }
@media (max-width: 24rem) { dl { grid-template-columns: 1fr; gap: 0 } dd { margin-bottom: .5rem } }
`

/** What lets {@link style} in, and no other (Content Security Policy Level 3 section 6.7.3.4). */
export const styleSource: string = `'sha256-${createHash('sha256').update(style).digest('base64')}'`
