import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider'
import type { IssuerContext } from './context.ts'
import type { User } from './seed.ts'

type Decision =
  | { readonly kind: 'decided'; readonly code: string | undefined }
  | { readonly kind: 'create'; readonly name: string }
  | { readonly kind: 'choose' }
  | { readonly kind: 'refused' }

/**
 * The prompts of a sign-in, in their order: register, give the password, choose the organization. The
 * choice comes last, so the browser's session is there when it is asked for.
 */
export function createPolicy(context: IssuerContext): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base()
  policy.remove('consent')
  policy.add(new interactionPolicy.Prompt({ name: 'create', requestable: true }), 0)
  policy.add(
    new interactionPolicy.Prompt(
      { name: 'organization' },
      new interactionPolicy.Check(
        'organization_missing',
        'An organization must be chosen',
        'interaction_required',
        (ctx) => mustChoose(ctx, context),
      ),
    ),
  )
  return policy
}

/** The organization that an accepted request signs in to; one that it asked to create is created now. */
export function settleOrganization(
  ctx: KoaContextWithOIDC,
  user: User,
  context: IssuerContext,
): string | undefined {
  const decision = decide(ctx, user, context)
  if (decision.kind === 'create')
    return context.directory.createOrganization(decision.name, user).code
  return decision.kind === 'decided' ? decision.code : undefined
}

function mustChoose(ctx: KoaContextWithOIDC, context: IssuerContext): boolean {
  const user = context.directory.user(ctx.oidc.session?.accountId)
  if (!user) return false
  const decision = decide(ctx, user, context)
  if (decision.kind === 'refused') {
    throw new errors.AccessDenied('the user does not belong to the organization')
  }
  return decision.kind === 'choose'
}

function decide({ oidc }: KoaContextWithOIDC, user: User, context: IssuerContext): Decision {
  const { org_code: asked, is_create_org: creates, org_name: name } = oidc.params ?? {}
  if (creates === 'true') return { kind: 'create', name: asName(name, user) }
  const isMember = (code: unknown): code is string =>
    context.directory.membership(user, code) !== undefined
  if (asked !== undefined && asked !== '') {
    return isMember(asked) ? { kind: 'decided', code: asked } : { kind: 'refused' }
  }
  if (user.memberships.length < 2)
    return { kind: 'decided', code: user.memberships[0]?.organization }
  const chosen = readChoice(oidc.result)
  if (isMember(chosen)) return { kind: 'decided', code: chosen }
  // Who has just given the password chooses anew; a session that is there keeps what was chosen.
  const before = context.organizations.get(oidc.session?.uid ?? '')
  return !oidc.result?.login && isMember(before)
    ? { kind: 'decided', code: before }
    : { kind: 'choose' }
}

function readChoice(result: unknown): unknown {
  if (typeof result !== 'object' || result === null || !('organization' in result)) return undefined
  const { organization } = result
  if (typeof organization !== 'object' || organization === null) return undefined
  return 'code' in organization ? organization.code : undefined
}

function asName(name: unknown, user: User): string {
  return typeof name === 'string' && name.trim() !== '' ? name.trim() : `${user.givenName}'s team`
}
