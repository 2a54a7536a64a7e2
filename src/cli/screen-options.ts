import type { ScreenOptions } from '../ui/theme.ts'
import type { Flags } from './flags.ts'
import { lettersOf } from './letters.ts'
import { talk } from './talk.ts'

/**
 * How a screen is drawn here, by flags and environment; where it is ASCII and nobody asked for that, why is said. No colour where it
 * was asked for so, whatever the theme.
 */
export function screenOptions(flags: Flags): ScreenOptions {
  const { color, theme = 'default', animation, slowLink, guided } = flags
  const { ascii, says } = lettersOf(flags, process.env)
  if (says !== null) talk(says)
  return {
    theme: color && process.env['NO_COLOR'] === undefined ? theme : 'mono',
    ascii,
    animation: animation && process.env['ASTERN_NO_ANIMATION'] === undefined,
    slowLink: slowLink === true,
    guided: guided === true,
  }
}
