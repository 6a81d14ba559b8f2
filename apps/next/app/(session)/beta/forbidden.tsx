import type { ReactNode } from 'react'
import { AccessDenied } from '../../../components/access-denied.tsx'
import { requirements } from '../../../lib/requirements.ts'

export default function BetaForbidden(): ReactNode {
  return <AccessDenied need={requirements.beta} />
}
