# The encoder of T5 1.1 (Raffel et al. 2020, arXiv:1910.10683; Shazeer 2020, arXiv:2002.05202): pre-norm without means
# and biases, positions as a bias of the scores, gated feed-forward. x [texts · n, width]. It is never trained.

from typing import List

import torch
from blocks import Block
from torch import Tensor


class Kernels:
  # [rows, width]: embeddings of ids [texts, n]. Plain tensors: the table.
  def t5_embed(self, ids: Tensor, block: Block) -> List[Tensor]:
    return [block.plain[0].index_select(0, ids.flatten(0))]

  # [1, heads, n, n] in float32: what the distance of a key from its query adds to the score. Plain tensors: the table
  # [buckets, heads]. Half of the buckets are for keys that come later; half of each for single distances, the rest in
  # steps that grow; `span` is the logarithm of the last over the first of these.
  def t5_positions(self, block: Block, n: int, span: float) -> List[Tensor]:
    table = block.plain[0]
    half = table.size(0) // 2
    exact = half // 2
    places = torch.arange(n, dtype=torch.int64, device=table.device)
    d = places.unsqueeze(0) - places.unsqueeze(1)  # key - query
    size = d.abs()
    steps = torch.log(size.clamp_min(1).to(torch.float32) / float(exact)) / span * float(half - exact)
    far = torch.clamp_max(steps.to(torch.int64) + exact, half - 1)
    bucket = torch.where(size < exact, size, far) + (d > 0).to(torch.int64) * half
    rows = table.to(torch.float32).index_select(0, bucket.flatten(0))
    return [rows.view([n, n, -1]).permute([2, 0, 1]).unsqueeze(0).contiguous()]

  # One block. Plain tensors: the two norms. Linears: q, k, v, o, wi_0, wi_1, wo.
  def t5_block(self, x: Tensor, block: Block, heads: int, eps: float, act: str, positions: Tensor) -> List[Tensor]:
    run = self.begun(self.undropped(block), 0)
    n = positions.size(2)
    count = x.size(0) // n
    y, r = self.rms(x, block.plain[0], eps)
    q = self.by_head(self.linear(y, run, 0), count, heads, False)
    k = self.by_head(self.linear(y, run, 1), count, heads, False)
    v = self.by_head(self.linear(y, run, 2), count, heads, False)
    scores = torch.matmul(q, k.transpose(-2, -1)).to(torch.float32).add_(positions)
    o = torch.matmul(torch.softmax(scores, -1).to(q.dtype), v)
    h = self.linear(self.from_heads(o, x.dtype), run, 3).add_(x)
    y, r = self.rms(h, block.plain[1], eps)
    gated = self.activation(self.linear(y, run, 4), act).mul_(self.linear(y, run, 5))
    return [self.linear(gated, run, 6).add_(h)]

  # The final norm. Plain tensors: its weight.
  def t5_normed(self, x: Tensor, block: Block, eps: float) -> List[Tensor]:
    y, r = self.rms(x, block.plain[0], eps)
    return [y]
