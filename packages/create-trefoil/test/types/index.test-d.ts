import { expectTypeOf } from 'vitest'
import {
  type CommandError,
  createProject,
  type Demo,
  examine,
  type Finding,
  listDemos,
} from '../../src/index.ts'

expectTypeOf(listDemos).returns.toEqualTypeOf<Demo[]>()
expectTypeOf<Demo['kind']>().toEqualTypeOf<'backend' | 'frontend' | 'machine' | 'api'>()
expectTypeOf(examine).returns.resolves.toEqualTypeOf<Finding[]>()
expectTypeOf<Finding['status']>().toEqualTypeOf<'ok' | 'problem' | 'warning' | 'unknown'>()
expectTypeOf<CommandError['exitCode']>().toEqualTypeOf<1 | 130>()

declare const demo: Demo
createProject({ demo, folder: 'my-app', packageManager: 'bun' })
// @ts-expect-error -- a folder to make it in
createProject({ demo })
// @ts-expect-error -- unknown to us
createProject({ demo, folder: 'my-app', packageManager: 'deno' })
