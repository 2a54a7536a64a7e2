/**
 * Not the library's: that one has the shell evaluate the line as it was typed, so that tab after `astern plan > plan.txt` empties the
 * file; it wants the package bash-completion, and cannot be read twice. It speaks with `astern complete` as the others do. Bash breaks
 * words at = and : and tells of the pieces: they are one word where nothing stands between them.
 */
export const bashScript = `# bash completion for astern: source <(astern completion bash)
_astern() {
  local rest=\${COMP_LINE:0:COMP_POINT} between piece line prefix= directive=4 last=-1 i
  local -a words=()
  COMPREPLY=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    between=\${rest%%[^[:space:]]*}
    rest=\${rest#"$between"}
    piece=$rest
    ((i < COMP_CWORD)) && piece=\${COMP_WORDS[i]}
    rest=\${rest#"$piece"}
    if ((i > 0)) && [[ -z $between ]]; then words[last]+=$piece; else words[++last]=$piece; fi
  done
  if ((last < 1)); then return 0; fi
  if [[ \${words[last]} == [\\<\\>]* || \${words[last - 1]} == *[\\<\\>] ]]; then
    compopt -o default
    return 0
  fi
  [[ $2 == --*=* ]] && prefix=\${2%%=*}=
  while IFS= read -r line; do
    if [[ $line =~ ^:[0-9]+$ ]]; then directive=\${line#:}; else COMPREPLY+=("$prefix\${line%%$'\\t'*}"); fi
  done < <(astern complete -- "\${words[@]:1}" 2>/dev/null </dev/null)
  compopt -o nosort 2>/dev/null
  if ((\${#COMPREPLY[@]} == 0 && (directive & 4) == 0)); then compopt -o default; fi
  return 0
}
complete -F _astern astern
`
