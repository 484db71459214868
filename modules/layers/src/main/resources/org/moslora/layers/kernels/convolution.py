# Convolutions, and the blocks that are one convolution. A convolution is a linear of its block whose weight is
# [out, in, kh, kw]. Pictures are [B, channels, height, width].

from typing import List, Tuple

import torch
from blocks import Block, Pass
from torch import Tensor


class Kernels:
  # [channels, B·height·width]
  def by_channel(self, x: Tensor) -> Tensor:
    return x.transpose(0, 1).flatten(1)

  # Whether a 3×3 convolution is better one product with all its windows side by side. The library's own puts every
  # weight into another order first, at every call; where the weight is large and the picture small that costs more than
  # the arithmetic. How many pictures there are decides nothing: each comes out the same to the last bit in every batch.
  # Measured with one and two of them, widths 256 to 2560, sides 4 to 32.
  def by_windows(self, x: Tensor, w: Tensor, stride: int, padding: int) -> bool:
    if not x.is_cpu or stride != 1 or padding != 1 or w.size(-1) != 3 or w.size(-2) != 3:
      return False
    return w.numel() > 16384 * x.size(2) * x.size(3)

  # [channels·9, B·height·width]: what a 3×3 kernel sees around every place of x.
  def windows(self, x: Tensor) -> Tensor:
    wide = torch.constant_pad_nd(x, [1, 1, 1, 1], 0)
    b, c, h, w = wide.stride()
    seen = torch.as_strided(wide, [x.size(1), 3, 3, x.size(0), x.size(2), x.size(3)], [c, h, w, b, h, w])
    return seen.reshape([x.size(1) * 9, -1])

  # The sum of what `rows` [B·height·width, channels·9] hold for every place of a picture of this size.
  def windows_back(self, rows: Tensor, size: List[int]) -> Tensor:
    places = rows.view([size[0], -1, rows.size(1)]).transpose(1, 2)
    return torch.col2im(places, size[2:], [3, 3], [1, 1], [1, 1], [1, 1])

  def convolved(self, x: Tensor, w: Tensor, b: Tensor, stride: int, padding: int) -> Tensor:
    if self.by_windows(x, w, stride, padding):
      y = torch.mm(w.flatten(1), self.windows(x))
      if b.numel() > 0:
        y.add_(b.unsqueeze(1))
      return y.view([-1, x.size(0), x.size(2), x.size(3)]).transpose(0, 1).contiguous()
    if b.numel() > 0:
      return torch.conv2d(x, w, b, [stride, stride], [padding, padding])
    return torch.conv2d(x, w, None, [stride, stride], [padding, padding])

  # The library's own: the gradient of x, where `need`, and that of w, where `whole`.
  def convolution_back(
      self, dy: Tensor, x: Tensor, w: Tensor, stride: int, padding: int, need: bool, whole: bool
  ) -> Tuple[Tensor, Tensor]:
    dx, dw, db = torch.convolution_backward(
        dy, x, w, None, [stride, stride], [padding, padding], [1, 1], False, [0, 0], 1, [need, whole, False])
    return (dx, dw)

  # The gradient of x, without entries where not `need`, and that of w, where `whole`.
  def convolved_back(
      self, dy: Tensor, x: Tensor, w: Tensor, stride: int, padding: int, need: bool, whole: bool
  ) -> Tuple[Tensor, Tensor]:
    if not whole and self.by_windows(x, w, stride, padding):
      return (self.windows_back(torch.mm(self.by_channel(dy).t(), w.flatten(1)), x.size()), torch.empty([0]))
    return self.convolution_back(dy, x, w, stride, padding, need, whole)

  # W ∗ x + ΔW ∗ dropped(x) + b
  def changed_convolution(
      self, x: Tensor, w: Tensor, b: Tensor, run: Pass, i: int, stride: int, padding: int
  ) -> Tensor:
    if self.joins(w, x.size(0), run.block, i):
      return self.convolved(x, self.joined(w, self.halves(run.block, i), run.block, i), b, stride, padding)
    y = self.convolved(x, w, b, stride, padding)
    if self.adapted(run.block, i):
      y = self.plus_picture_change(y, self.seen(x, run, i), run.block, i, w.size(), stride, padding)
    return y

  # As linear: y = g ⊙ ((W + ΔW) ∗ x) + b, the adapter's part on dropped(x).
  def conv(self, x: Tensor, run: Pass, i: int, stride: int, padding: int) -> Tensor:
    w = self.weight(run.block.weights, i)
    b = run.block.weights[2 * i + 1]
    if not self.gained(run.block, i):
      return self.changed_convolution(x, w, b, run, i, stride, padding)
    y = self.changed_convolution(x, w, torch.empty([0]), run, i, stride, padding)
    if len(run.bare) > 0:
      run.bare[i] = y
    gain = self.gain(run.block, i).view([1, -1, 1, 1])
    if b.numel() > 0:
      return torch.addcmul(b.view([1, -1, 1, 1]), y, gain)
    return y * gain

  # Adds the gradients of weight, bias and adapter, and returns that of x, added to dx where it has entries.
  def conv_back(
      self, dy: Tensor, x: Tensor, dx: Tensor, run: Pass, i: int, stride: int, padding: int, need: bool
  ) -> Tensor:
    block = run.block
    w = self.weight(block.weights, i)
    gw = block.weight_gradients[2 * i]
    gb = block.weight_gradients[2 * i + 1]
    if gb.numel() > 0:
      gb.add_(dy.sum([0, 2, 3]))
    learns = self.learns(block, i)
    if self.gained(block, i):
      if learns:
        self.gain_gradient(block, i).add_(torch.sum(dy * run.bare[i], [0, 2, 3], False, dtype=torch.float32))
      dy = dy * self.gain(block, i).view([1, -1, 1, 1])
    joined = self.joins(w, x.size(0), block, i)
    halves = torch.empty([0])
    if joined:
      halves = self.halves(block, i)
      w = self.joined(w, halves, block, i)
    whole = gw.numel() > 0 or (joined and learns)
    if need or whole:
      own, dw = self.convolved_back(dy, x, w, stride, padding, need, whole)
      if need:
        if dx.numel() > 0:
          dx.add_(own)
        else:
          dx = own
      if gw.numel() > 0:
        gw.add_(dw)
      if joined and learns:
        self.factors_back(dw.flatten(1), halves, block, i)
    if self.adapted(block, i) and not joined and (need or learns):
      own = self.picture_change_back(dy, self.seen(x, run, i), block, i, w.size(), stride, padding, need)
      if need:
        dx.add_(self.seen(own, run, i))
    return dx

  # What the one convolution of a block gave before its gain, where it has one and `saved` lacks it: it runs again.
  def again(self, x: Tensor, saved: List[Tensor], block: Block, seed: int, stride: int, padding: int) -> Pass:
    if len(saved) > 0:
      return Pass(block, seed, saved)
    run = self.begun(block, seed)
    if len(run.bare) > 0:
      self.conv(x, run, 0, stride, padding)
    return run

  # Group norm over pictures, its weight and bias plain tensors i and i + 1 of a block: (y, mean, 1/deviation)
  def group_norm(self, x: Tensor, block: Block, i: int, groups: int, eps: float) -> Tuple[Tensor, Tensor, Tensor]:
    w, b = block.plain[i], block.plain[i + 1]
    y, mean, r = torch.native_group_norm(x, w, b, x.size(0), x.size(1), x.size(2) * x.size(3), groups, eps)
    return (y, mean, r)

  def group_norm_back(
      self, dy: Tensor, x: Tensor, mean: Tensor, r: Tensor, block: Block, i: int, groups: int
  ) -> Tensor:
    gw, gb = block.plain_gradients[i], block.plain_gradients[i + 1]
    trained = gw.numel() > 0
    places = x.size(2) * x.size(3)
    dx, dw, db = torch.native_group_norm_backward(
        dy.contiguous(), x, mean, r, block.plain[i], x.size(0), x.size(1), places, groups, [True, trained, trained])
    if trained:
      gw.add_(dw)
      gb.add_(db)
    return dx

  # One convolution: [y, …], with what the backward pass needs besides x
  def conv_forward(self, x: Tensor, block: Block, seed: int, stride: int, padding: int) -> List[Tensor]:
    run = self.begun(block, seed)
    return [self.conv(x.to(block.weights[0].dtype), run, 0, stride, padding)] + run.bare

  def conv_backward(
      self, dy: Tensor, x: Tensor, saved: List[Tensor], block: Block, seed: int, need: bool, stride: int, padding: int
  ) -> List[Tensor]:
    x = x.to(block.weights[0].dtype)
    run = self.again(x, saved, block, seed, stride, padding)
    return [self.conv_back(dy, x, torch.empty([0]), run, 0, stride, padding, need)]

  # Nearest neighbours to another size, then a convolution: [y, …]
  def upsample_forward(self, x: Tensor, block: Block, seed: int, size: List[int]) -> List[Tensor]:
    run = self.begun(block, seed)
    return [self.conv(torch.upsample_nearest2d(x, size, None, None), run, 0, 1, 1)] + run.bare

  def upsample_backward(
      self, dy: Tensor, x: Tensor, saved: List[Tensor], block: Block, seed: int, need: bool, size: List[int]
  ) -> List[Tensor]:
    wide = torch.upsample_nearest2d(x, size, None, None)
    run = self.again(wide, saved, block, seed, 1, 1)
    dwide = self.conv_back(dy, wide, torch.empty([0]), run, 0, 1, 1, need)
    if not need:
      return [dwide]
    return [torch.upsample_nearest2d_backward(dwide, size, x.size(), None, None)]

  # A block of two normed convolutions beside a shortcut, as in ResNets (He et al. 2016, arXiv:1603.05027), with the
  # time embedding `temb` [B, width] added between them. Plain tensors: weight and bias of both norms. Linears: conv1,
  # time_emb_proj, conv2, conv_shortcut. x is what comes from below; `skip` goes beside it on the channel axis.
  # [y, h, …]: the output, the second norm's input, and what else the backward pass needs.
  def resnet_forward(
      self, x: Tensor, block: Block, seed: int, groups: int, eps: float, skip: Tensor, temb: Tensor
  ) -> List[Tensor]:
    run = self.begun(block, seed)
    if skip.numel() > 0:
      x = torch.cat([x, skip], 1)
    n1, m1, r1 = self.group_norm(x, block, 0, groups, eps)
    h = self.conv(torch.silu_(n1), run, 0, 1, 1)
    if temb.numel() > 0:
      h.add_(self.linear_few(temb, run, 1).unsqueeze(-1).unsqueeze(-1))
    n2, m2, r2 = self.group_norm(h, block, 2, groups, eps)
    y = self.conv(torch.silu_(n2), run, 2, 1, 1)
    if self.present(block, 3):
      y.add_(self.conv(x, run, 3, 1, 0))
    else:
      y.add_(x)
    return [y, h] + run.bare

  # [dx, dskip, dtemb], the first two where `need` says so, the last where `time` does. `saved` is what forward returned
  # after y; empty: it is computed again.
  def resnet_backward(
      self, dy: Tensor, x: Tensor, saved: List[Tensor], block: Block, seed: int, need: bool, groups: int, eps: float,
      skip: Tensor, temb: Tensor, time: bool
  ) -> List[Tensor]:
    if len(saved) == 0:
      saved = self.resnet_forward(x, block, seed, groups, eps, skip, temb)[1:]
    h = saved[0]
    run = Pass(block, seed, saved[1:])
    none = torch.empty([0])
    low = x.size(1)
    if skip.numel() > 0:
      x = torch.cat([x, skip], 1)
    n2, m2, r2 = self.group_norm(h, block, 2, groups, eps)
    da2 = self.conv_back(dy, torch.silu(n2), none, run, 2, 1, 1, True)
    dh = self.group_norm_back(torch.silu_backward(da2, n2), h, m2, r2, block, 2, groups)
    dtemb = none
    if temb.numel() > 0:
      dtemb = self.linear_back(dh.sum([2, 3]), temb, none, run, 1, time)
    n1, m1, r1 = self.group_norm(x, block, 0, groups, eps)
    below = need or block.plain_gradients[0].numel() > 0
    da1 = self.conv_back(dh, torch.silu(n1), none, run, 0, 1, 1, below)
    dx = none
    if below:
      dx = self.group_norm_back(torch.silu_backward(da1, n1), x, m1, r1, block, 0, groups)
    if self.present(block, 3):
      dx = self.conv_back(dy, x, dx, run, 3, 1, 0, need)
    elif need:
      dx.add_(dy)
    if need and skip.numel() > 0:
      return [dx[:, :low].contiguous(), dx[:, low:].contiguous(), dtemb]
    return [dx, none, dtemb]
