/** Runs once, before the server answers: a setting that is missing stops it. The issuer need not be up. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { checkEnvironment } = await import('./lib/environment.ts')
  checkEnvironment()
}
