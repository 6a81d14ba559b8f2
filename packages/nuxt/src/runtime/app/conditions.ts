import { decide, type Decision, type Requirement } from '@trefoil/core'
import { defineComponent, type PropType, type SlotsType } from 'vue'
import { useScope } from './use-scope'

/** Why {@link Protect} did not show its children. */
export type Refusal = Exclude<Decision, { readonly allowed: true }>

/**
 * Shows its slot when somebody is signed in; nothing while that is not known.
 *
 * @example
 * <SignedIn><LogoutLink>Sign out</LogoutLink></SignedIn>
 */
export const SignedIn = defineComponent({
  name: 'SignedIn',
  setup(_props, { slots }) {
    const { snapshot } = useScope()
    return () => (snapshot.value.status === 'authenticated' ? slots['default']?.() : null)
  },
})

/** Shows its slot when nobody is signed in; nothing while that is not known. */
export const SignedOut = defineComponent({
  name: 'SignedOut',
  setup(_props, { slots }) {
    const { snapshot } = useScope()
    return () => (snapshot.value.status === 'unauthenticated' ? slots['default']?.() : null)
  },
})

/**
 * Shows its slot to who meets the requirement, the slot `fallback` to others, told why, and the slot
 * `loading` while it is not known who is signed in. It hides what is on the page, and protects no data:
 * the API that gives the data decides again.
 *
 * @example
 * <Protect :require="{ permissions: ['read:reports'] }">
 *   <Reports />
 *   <template #fallback><p>Ask for the permission.</p></template>
 * </Protect>
 */
export const Protect = defineComponent({
  name: 'Protect',
  props: {
    /** What is needed. Left out, it is enough to be signed in. */
    require: { type: Object as PropType<Requirement>, default: () => ({}) },
  },
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- how Vue is told the types of slots
  slots: Object as SlotsType<{ default?: object; fallback?: Refusal; loading?: object }>,
  setup(props, { slots }) {
    const { snapshot } = useScope()
    return () => {
      const { status, session } = snapshot.value
      if (status === 'loading') return slots.loading?.({})
      const decision = decide(session, props.require)
      return decision.allowed ? slots.default?.({}) : slots.fallback?.(decision)
    }
  },
})
