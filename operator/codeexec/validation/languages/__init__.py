"""One module a language: data and handlers, put together in `grammars`."""
