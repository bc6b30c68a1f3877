# ~/.bashrc
case $- in *i*) ;; *) return;; esac
alias ll="ls -l"
# Where the models are served.
export OLLAMA_HOST=http://gpu.internal.example:11434
export PATH="$HOME/.local/bin:$PATH"
