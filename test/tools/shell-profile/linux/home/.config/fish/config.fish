if status is-interactive
    set -gx TAVILY_API_KEY %%tvly-{a32}%%
    set -gx EDITOR vim
end
