import { describe } from 'vitest'
import { playsIn } from './drill-plays.ts'
import { openSandboxStage } from './sandbox-stage.ts'

describe('a drill in a sandbox of processes', () => {
  playsIn(() => openSandboxStage(), 180_000)
})
