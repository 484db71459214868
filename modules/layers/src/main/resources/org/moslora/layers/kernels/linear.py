# Linear layers of a block, by their number in it, and what else its kernels are made of: norms and activations.

from typing import Tuple

import torch
from blocks import Block, Pass
from torch import Tensor


class Kernels:
  # x with a share of its entries zeroed and the rest scaled up. The same seed gives the same mask in the backward pass.
  def dropped(self, x: Tensor, dropout: float, seed: int) -> Tensor:
    if dropout == 0.0:
      return x
    draws = torch.Generator(device=x.device, seed=seed)
    mask = torch.empty_like(x).bernoulli_(1.0 - dropout, generator=draws)
    return x * mask.div_(1.0 - dropout)

  # What the adapter of linear i sees of x.
  def seen(self, x: Tensor, run: Pass, i: int) -> Tensor:
    return self.dropped(x, run.block.dropout, run.seed + i)

  # x·Wᵀ + b. A 1×1 convolution's weight comes with four axes.
  def product(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    w = w.flatten(1)
    if b.numel() > 0:
      return torch.addmm(b, x, w.t())
    return torch.mm(x, w.t())

  # Whether a product of x with w is oneDNN's. It writes machine code for every new number of rows, in some 2 ms and a
  # megabyte, and for short rows turns the weight over, so that only large weights and long rows are worth it.
  def by_onednn(self, x: Tensor, w: Tensor, block: Block) -> bool:
    large = x.size(0) >= 64 and x.size(1) >= 1024 and w.numel() >= 4000000
    return block.onednn and large and x.dtype == torch.float32

  # x·Wᵀ + b, as product, by what is quickest where the block allows it.
  def rows_product(self, x: Tensor, w: Tensor, b: Tensor, block: Block) -> Tensor:
    if self.by_onednn(x, w, block):
      return self.onednn_product(x, w.flatten(1), b)
    return self.product(x, w, b)

  # dy·W, added to dx where it has entries, as plus_product.
  def rows_product_back(self, dx: Tensor, dy: Tensor, w: Tensor, block: Block) -> Tensor:
    if self.by_onednn(dy, w, block):
      own = self.onednn_product(dy, w.t(), torch.empty([0]))
      return dx.add_(own) if dx.numel() > 0 else own
    return self.plus_product(dx, dy, w)

  # x·Wᵀ + ΔW·dropped(x) + b
  def changed_product(self, x: Tensor, w: Tensor, b: Tensor, run: Pass, i: int) -> Tensor:
    if self.joins(w, x.size(0), run.block, i):
      return self.rows_product(x, self.joined(w, self.halves(run.block, i), run.block, i), b, run.block)
    y = self.rows_product(x, w, b, run.block)
    if self.adapted(run.block, i):
      y = self.plus_change(y, self.seen(x, run, i), run.block, i)
    return y

  # y [n, out] = g ⊙ (x·Wᵀ + ΔW·dropped(x)) + b, for x [n, in], with the change ΔW and perhaps the gain g of its
  # adapter. What g is applied to goes into `bare` at i, where that has places. A 1×1 convolution's weight will do too.
  def linear(self, x: Tensor, run: Pass, i: int) -> Tensor:
    w = self.weight(run.block.weights, i)
    b = run.block.weights[2 * i + 1]
    if not self.gained(run.block, i):
      return self.changed_product(x, w, b, run, i)
    y = self.changed_product(x, w, torch.empty([0]), run, i)
    if len(run.bare) > 0:
      run.bare[i] = y
    gain = self.gain(run.block, i)
    if b.numel() > 0:
      return torch.addcmul(b, y, gain)
    return y * gain

  # As linear, for x of a row or a few. Below four rows the libraries sum in another order; x is filled up to four, so
  # that a row's result is the same to the last bit in every batch.
  def linear_few(self, x: Tensor, run: Pass, i: int) -> Tensor:
    rows = x.size(0)
    if rows >= 4 or run.block.dropout > 0.0:
      return self.linear(x, run, i)
    y = self.linear(torch.constant_pad_nd(x, [0, 0, 0, 4 - rows], 0), run, i)
    if len(run.bare) > 0:
      run.bare[i] = run.bare[i][:rows]
    return y[:rows]

  # into += left·right; `into` is float32 whatever the factors are.
  def accumulate(self, into: Tensor, left: Tensor, right: Tensor) -> bool:
    if left.dtype == into.dtype:
      into.addmm_(left, right)
    else:
      into.add_(torch.mm(left, right))
    return True

  # Adds the gradients of weight, bias and adapter, and returns that of x, added to dx where it has entries.
  def linear_back(self, dy: Tensor, x: Tensor, dx: Tensor, run: Pass, i: int, need: bool) -> Tensor:
    block = run.block
    gw = block.weight_gradients[2 * i]
    gb = block.weight_gradients[2 * i + 1]
    if gb.numel() > 0:
      gb.add_(dy.sum(0))
    learns = self.learns(block, i)
    if self.gained(block, i):
      if learns:
        self.gain_gradient(block, i).add_(torch.sum(dy * run.bare[i], [0], False, dtype=torch.float32))
      dy = dy * self.gain(block, i)
    w = self.weight(block.weights, i)
    joined = self.joins(w, x.size(0), block, i)
    halves = torch.empty([0])
    if need or learns:
      halves = self.halves(block, i)
    if need:
      if joined:
        w = self.joined(w, halves, block, i)
      dx = self.rows_product_back(dx, dy, w.flatten(1), block)
    if gw.numel() > 0:
      self.accumulate(gw.flatten(1), dy.t(), x)
    if joined:
      self.change_back(dy, x, torch.empty([0]), halves, block, i, False)
    elif self.adapted(block, i) and (need or learns):
      seen = x
      if learns:
        seen = self.seen(x, run, i)
      if need and block.dropout == 0.0:
        dx = self.change_back(dy, seen, dx, halves, block, i, True)
      else:
        own = self.change_back(dy, seen, torch.empty([0]), halves, block, i, need)
        if need:
          dx.add_(self.seen(own, run, i))
    return dx

  # RMS norm in float32: (y in x's format, 1/rms [n, 1])
  def rms(self, x: Tensor, w: Tensor, eps: float) -> Tuple[Tensor, Tensor]:
    wide = x.to(torch.float32)
    size = torch.linalg_vector_norm(wide, 2, [-1], True)
    r = torch.rsqrt(size * size / x.size(-1) + eps)
    if x.dtype == torch.float32:
      return ((x * r).mul_(w), r)
    return ((wide * r).to(x.dtype) * w, r)

  # Gradient of x through the norm; adds that of w where it is trained.
  def rms_back(self, dy: Tensor, x: Tensor, r: Tensor, w: Tensor, gw: Tensor) -> Tensor:
    wide = x.to(torch.float32)
    if gw.numel() > 0:
      gw.add_((dy.to(torch.float32) * wide * r).sum(0))
    dn = dy.to(torch.float32) * w
    share = (dn * wide).sum(-1, True).mul_(r * r / x.size(-1))  # [n, 1]
    return dn.addcmul_(wide, share, value=-1).mul_(r).to(x.dtype)

  # RMS norm whose weight is plain tensor i of a block, plus `offset`; with one, y is rounded last.
  def rms_plain(self, x: Tensor, block: Block, i: int, eps: float, offset: float) -> Tuple[Tensor, Tensor]:
    if offset == 0.0:
      return self.rms(x, block.plain[i], eps)
    y, r = self.rms(x.to(torch.float32), block.plain[i].to(torch.float32) + offset, eps)
    return (y.to(x.dtype), r)

  def rms_plain_back(self, dy: Tensor, x: Tensor, r: Tensor, block: Block, i: int, offset: float) -> Tensor:
    w = block.plain[i]
    if offset != 0.0:
      w = w.to(torch.float32) + offset
    return self.rms_back(dy, x, r, w, block.plain_gradients[i])

  # Layer norm: (y, mean, 1/deviation)
  def layer_norm(self, x: Tensor, w: Tensor, b: Tensor, eps: float) -> Tuple[Tensor, Tensor, Tensor]:
    y, mean, r = torch.native_layer_norm(x, [x.size(-1)], w, b, eps)
    return (y, mean, r)

  def layer_norm_back(
      self, dy: Tensor, x: Tensor, mean: Tensor, r: Tensor, w: Tensor, b: Tensor, gw: Tensor, gb: Tensor
  ) -> Tensor:
    trained = [True, gw.numel() > 0, gb.numel() > 0]
    dx, dw, db = torch.native_layer_norm_backward(dy, x, [x.size(-1)], mean, r, w, b, trained)
    if gw.numel() > 0:
      gw.add_(dw)
    if gb.numel() > 0:
      gb.add_(db)
    return dx

  # The layer norm whose weight and bias are plain tensors i and i + 1 of a block.
  def normed(self, x: Tensor, block: Block, i: int, eps: float) -> Tuple[Tensor, Tensor, Tensor]:
    return self.layer_norm(x, block.plain[i], block.plain[i + 1], eps)

  def normed_back(self, dy: Tensor, x: Tensor, mean: Tensor, r: Tensor, block: Block, i: int) -> Tensor:
    gw, gb = block.plain_gradients[i], block.plain_gradients[i + 1]
    return self.layer_norm_back(dy, x, mean, r, block.plain[i], block.plain[i + 1], gw, gb)

  def activation(self, x: Tensor, kind: str) -> Tensor:
    if kind == "quick_gelu":
      return torch.sigmoid(x * 1.702).mul_(x)
    if kind == "gelu":
      return torch.gelu(x, approximate="none")
    if kind == "gelu_pytorch_tanh":
      return torch.gelu(x, approximate="tanh")
    if kind == "silu":
      return torch.silu(x)
    return torch.relu(x)

  def activation_back(self, dy: Tensor, x: Tensor, kind: str) -> Tensor:
    if kind == "quick_gelu":
      s = torch.sigmoid(x * 1.702)
      return (1.0 - s).mul_(x).mul_(1.702).add_(1.0).mul_(s).mul_(dy)
    if kind == "gelu":
      return torch.gelu_backward(dy, x, approximate="none")
    if kind == "gelu_pytorch_tanh":
      return torch.gelu_backward(dy, x, approximate="tanh")
    if kind == "silu":
      return torch.silu_backward(dy, x)
    return torch.where(x > 0, dy, torch.zeros_like(dy))
