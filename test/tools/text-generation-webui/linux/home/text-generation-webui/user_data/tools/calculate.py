tool = {}
