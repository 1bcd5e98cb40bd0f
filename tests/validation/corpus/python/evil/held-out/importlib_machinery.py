from importlib.machinery import SourceFileLoader as Reader

Reader("notes", "/tmp/notes.txt").load_module()
