# Features of tiles laid out as tokens: rows of x [n, width] in another order, a line break [width], plain tensor 0, as
# row n. Where there are weights [taps, m], a token is the sum of that many rows, index [taps · m].

from typing import List

import torch
from blocks import Block
from torch import Tensor


class Kernels:
  # [m, width]
  def laid_out(self, x: Tensor, block: Block, index: Tensor, weights: Tensor) -> List[Tensor]:
    table = torch.cat([x, block.plain[0].view([1, -1]).to(x.dtype)])
    rows = table.index_select(0, index)
    if weights.numel() == 0:
      return [rows]
    taps = weights.size(0)
    shares = rows.to(torch.float32).view([taps, -1, x.size(1)]) * weights.unsqueeze(2)
    return [shares.sum(0).to(x.dtype)]

  # [n, width]: the gradient of x; adds that of the line break where it is trained.
  def laid_out_back(self, dy: Tensor, block: Block, index: Tensor, weights: Tensor, n: int) -> List[Tensor]:
    shares = dy.to(torch.float32)
    if weights.numel() > 0:
      shares = (shares.unsqueeze(0) * weights.unsqueeze(2)).flatten(0, 1)
    whole = torch.zeros([n + 1, dy.size(1)], dtype=torch.float32, device=dy.device)
    whole.index_add_(0, index, shares)
    if block.plain_gradients[0].numel() > 0:
      block.plain_gradients[0].add_(whole[n])
    return [whole[:n].to(dy.dtype)]
