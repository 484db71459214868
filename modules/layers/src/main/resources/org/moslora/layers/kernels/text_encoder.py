# CLIP's text encoder (Radford et al. 2021, arXiv:2103.00020): the blocks of vision.py under a causal mask.
# x [texts · n, width].

from typing import List

import torch
from blocks import Block
from torch import Tensor


class Kernels:
  # [rows, width]: embeddings of ids [texts, n] with positions. Plain tensors: the table of tokens, that of
  # positions.
  def text_embed(self, ids: Tensor, block: Block) -> List[Tensor]:
    x = block.plain[0].index_select(0, ids.flatten(0)).view([ids.size(0), ids.size(1), -1])
    return [(x + block.plain[1][:ids.size(1)]).view([-1, x.size(2)])]

  # Adds the gradients of the two tables, where they are trained.
  def text_embed_back(self, dy: Tensor, ids: Tensor, block: Block) -> List[Tensor]:
    wide = dy.to(torch.float32)
    if block.plain_gradients[0].numel() > 0:
      block.plain_gradients[0].index_add_(0, ids.flatten(0), wide)
    if block.plain_gradients[1].numel() > 0:
      block.plain_gradients[1][:ids.size(1)].add_(wide.view([ids.size(0), ids.size(1), -1]).sum(0))
    return [dy]

  # The final norm. Plain tensors: its weight and bias.
  def text_normed(self, x: Tensor, block: Block, eps: float) -> List[Tensor]:
    y, mean, r = self.normed(x, block, 0, eps)
    return [y]

  def text_normed_back(self, dy: Tensor, x: Tensor, block: Block, eps: float) -> List[Tensor]:
    y, mean, r = self.normed(x, block, 0, eps)
    return [self.normed_back(dy.to(x.dtype), x, mean, r, block, 0)]

  # [texts, projection]: the normed rows at `ends`, projected where there is a projection. Plain tensors: the
  # final norm. Linears: the projection.
  def text_pooled(self, x: Tensor, ends: Tensor, block: Block, seed: int, eps: float) -> List[Tensor]:
    y, mean, r = self.normed(x.index_select(0, ends), block, 0, eps)
    if not self.present(block, 0):
      return [y]
    return [self.linear(y, self.begun(block, seed), 0)]

  # The gradient of x, without entries where `need` does not ask for it.
  def text_pooled_back(
      self, dy: Tensor, x: Tensor, ends: Tensor, block: Block, seed: int, need: bool, eps: float
  ) -> List[Tensor]:
    below = need or block.plain_gradients[0].numel() > 0
    rows = x.index_select(0, ends)
    y, mean, r = self.normed(rows, block, 0, eps)
    d = dy.to(x.dtype)
    if self.present(block, 0):
      run = self.begun(block, seed)
      if len(run.bare) > 0:
        self.linear(y, run, 0)
      d = self.linear_back(d, y, torch.empty([0]), run, 0, below)
    if not below:
      return [torch.empty([0])]
    d = self.normed_back(d, rows, mean, r, block, 0)
    return [torch.zeros_like(x).index_add_(0, ends, d)]

  # Some columns of x: what one of several encoders has to do with their joined states.
  def columns(self, x: Tensor, start: int, count: int) -> List[Tensor]:
    return [x[:, start:start + count].contiguous()]
