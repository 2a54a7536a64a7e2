import type { Guard } from './guard.ts'

export const services: readonly Guard[] = [
  {
    id: 'services.mixed-versions',
    row: 'One host fails, and two versions serve side by side',
    file: 'src/state/versions.ts',
    find: 'const mixed = stands.some(({ there }) => there) && stands.some(({ there }) => !there)',
    replace: 'const mixed = false',
    test: 'test/state/versions.test.ts',
    name: 'is told after',
  },
]
