import { type AppSettings, startApp } from './app.ts'
import type { Command, Reply } from './child-app.ts'

// An app in a process of its own: its settings come in the environment, commands come as messages.
const settings: AppSettings = JSON.parse(process.env['SOAK_SETTINGS'] ?? '{}')
const app = await startApp(settings)

process.on('message', (command: Command) => {
  void run(command).then(
    (value) => send({ id: command.id, value }),
    (error: unknown) => send({ id: command.id, error: String(error) }),
  )
})
// Nobody is left who could end it.
process.on('disconnect', () => process.exit())
send({ id: 0, value: app.url })

async function run({ name, argument }: Command): Promise<Reply['value']> {
  if (name === 'measure') return app.measure()
  if (name === 'shift') await app.shift(Number(argument))
  if (name === 'endSessions') await app.endSessions(String(argument))
  return undefined
}

function send(reply: Reply): void {
  process.send?.(reply)
}
