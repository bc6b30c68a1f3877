from interpreter import interpreter

interpreter.offline = True
