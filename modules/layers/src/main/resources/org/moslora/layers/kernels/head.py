# What stands before and after the blocks of a language model.

from typing import List, Tuple

import torch
from blocks import Block
from torch import Tensor
from torch.jit import annotate


class Kernels:
  # Rows of the table for `ids` [n], with `features` [m, hidden] put in at `places` [m].
  # Linears: the table [vocabulary, hidden], whose adapter is a pair down [r, vocabulary], up [hidden, r] or nothing.
  # Rows of the table are multiplied by `scale`, rounded to their format; features are not.
  def embed(self, block: Block, ids: Tensor, features: Tensor, places: Tensor, scale: float) -> List[Tensor]:
    x = block.weights[0].index_select(0, ids)
    if self.adapted(block, 0):
      self.plus_rows(x, ids, block, 0)
    if scale != 1.0:
      x.mul_(torch.full([1], scale, dtype=x.dtype, device=x.device))
    if places.numel() > 0:
      x.index_copy_(0, places, features.to(x.dtype))
    return [x]

  # The gradient of the features, which has no entries where there are none; adds those of the table and of its adapter
  # where they are trained.
  def embed_back(self, dx: Tensor, ids: Tensor, places: Tensor, block: Block, scale: float) -> List[Tensor]:
    features = dx[:0]
    words = dx
    if places.numel() > 0:
      features = dx.index_select(0, places)
      words = dx.index_fill(0, places, 0.0)
    if scale != 1.0:
      words = words * scale
    if block.weight_gradients[0].numel() > 0:
      block.weight_gradients[0].index_add_(0, ids, words.to(torch.float32))
    if self.learns(block, 0):
      self.rows_back(words, ids, block, 0)
    return [features]

  # The head and its gradient.
  def head_weight(self, block: Block) -> Tuple[Tensor, Tensor]:
    if len(block.plain) > 1:
      return (block.plain[1], block.plain_gradients[1])
    return (block.weights[0], block.weight_gradients[0])

  # [losses [n], dx]: negative log-likelihood of `targets` [n] after final norm and head, for rows x [n, hidden], and
  # the gradient of scale · Σ losses; without `train` dx has no entries. Works through `rows` rows at a time, so that
  # the logits of a large vocabulary never stand in memory whole. Plain tensors: norm, and the head [vocabulary, hidden]
  # unless the block has a linear, the table of embeddings, that is it. `offset` is that of the norm's weight.
  def head(
      self, x: Tensor, block: Block, targets: Tensor, eps: float, offset: float, scale: float, rows: int, train: bool
  ) -> List[Tensor]:
    weight, gradient = self.head_weight(block)
    losses = annotate(List[Tensor], [])
    grads = annotate(List[Tensor], [])
    none = torch.empty([0])
    start = 0
    while start < x.size(0):
      part = x[start:start + rows]
      aim = targets[start:start + rows].unsqueeze(1)
      n, r = self.rms_plain(part, block, 0, eps, offset)
      likely = torch.log_softmax(self.rows_product(n, weight, none, block).to(torch.float32), 1)
      losses.append(likely.gather(1, aim).squeeze(1).neg())
      if train:
        ones = torch.full([aim.size(0), 1], -1.0, dtype=torch.float32, device=x.device)
        dz = likely.exp_().scatter_add_(1, aim, ones).mul_(scale).to(x.dtype)
        if gradient.numel() > 0:
          self.accumulate(gradient, dz.t(), n)
        dn = self.rows_product_back(none, dz, weight, block)
        grads.append(self.rms_plain_back(dn, part, r, block, 0, offset))
      start = start + rows
    if train:
      return [torch.cat(losses, 0), torch.cat(grads, 0)]
    return [torch.cat(losses, 0), torch.empty([0])]

  # Logits [n, vocabulary] in float32 for rows x [n, hidden].
  def logits(self, x: Tensor, block: Block, eps: float, offset: float) -> List[Tensor]:
    weight, gradient = self.head_weight(block)
    n, r = self.rms_plain(x, block, 0, eps, offset)
    return [torch.mm(n, weight.t()).to(torch.float32)]
