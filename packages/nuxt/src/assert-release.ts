import { checkNuxtCompatibility, getNuxtVersion } from '@nuxt/kit'
import type { Nuxt } from '@nuxt/schema'
import { ConfigurationError } from '@trefoil/core'

const releases = '^4.5.1'

/**
 * Throws {@link ConfigurationError} for a release of Nuxt that is too old or too new. It is no
 * `compatibility` of the module, which Nuxt only warns about: then the module would be left out, and every
 * guarded page open.
 */
export async function assertRelease(nuxt: Nuxt): Promise<void> {
  const issues = await checkNuxtCompatibility({ nuxt: releases }, nuxt)
  if (issues.length === 0) return
  throw new ConfigurationError([
    `nuxt must be ${releases}, and is ${getNuxtVersion(nuxt)}: earlier releases render guarded pages and other users' payloads for strangers (CVE-2026-47200 and others). Run "npx nuxt upgrade --dedupe".`,
  ])
}
