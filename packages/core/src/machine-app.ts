export interface MachineApp {
  readonly placeholder?: never
}
