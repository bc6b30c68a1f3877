# ~/.bashrc
export PATH="$HOME/bin:$PATH"
export OPENAI_API_KEY="%%sk-proj-{w74}T3BlbkFJ{w74}%%"
export GITHUB_TOKEN=$(gh auth token)
export ANTHROPIC_API_KEY=$(pass show anthropic)
export MAX_TOKENS=4096
alias k=kubectl
