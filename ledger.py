class Ledger:
    def __init__(self,s): self.findings=[]
    def __enter__(self): return self
    def __exit__(self,*a): pass
    async def close(self): return []
