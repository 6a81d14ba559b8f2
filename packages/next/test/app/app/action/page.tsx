import { ActionForm } from './action-form.tsx'
import { whoAmI } from './actions.ts'

export default function ActionPage() {
  return <ActionForm action={whoAmI} />
}
