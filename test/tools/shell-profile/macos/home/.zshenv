export ANTHROPIC_API_KEY=%%sk-ant-api03-{w93}AA%%
export OP_ITEM=op://dev/key/password
