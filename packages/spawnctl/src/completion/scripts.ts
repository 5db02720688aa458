import { CommandError, exits } from '../exit.js';
import { print } from '../output/streams.js';
import { files } from './wanted.js';

const bash = `# bash: spawnctl completion bash > ~/.local/share/bash-completion/completions/spawnctl
_spawnctl() {
  local IFS=$'\\n'
  COMPREPLY=($(spawnctl __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
  if [[ "\${COMPREPLY[0]}" == "${files}" ]]; then COMPREPLY=(); compopt -o default 2>/dev/null; fi
}
complete -F _spawnctl spawnctl
`;

const zsh = `#compdef spawnctl
# zsh: spawnctl completion zsh > "\${fpath[1]}/_spawnctl"
_spawnctl() {
  local -a found
  found=("\${(@f)$(spawnctl __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ "$found[1]" == "${files}" ]]; then _files; else compadd -- $found; fi
}
# From a folder of fpath this file is itself the function, at its first call.
if [[ "$funcstack[1]" == _spawnctl ]]; then _spawnctl "$@"; else compdef _spawnctl spawnctl; fi
`;

const fish = `# fish: spawnctl completion fish > ~/.config/fish/completions/spawnctl.fish
function __spawnctl_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l found (spawnctl __complete -- $words[2..] 2>/dev/null)
  if test "$found[1]" = "${files}"
    __fish_complete_path (commandline -ct)
  else
    printf '%s\\n' $found
  end
end
complete -c spawnctl -f -a '(__spawnctl_complete)'
`;

const scripts: Record<string, string> = { bash, zsh, fish };

export function printScript(shell: string): void {
  const script = scripts[shell];
  if (script === undefined) throw new CommandError(exits.usage, `there are scripts for ${Object.keys(scripts).join(', ')} (got ${shell})`);
  print(script);
}
