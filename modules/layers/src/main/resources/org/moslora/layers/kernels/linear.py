  # Linear layers. A block hands over lists of one order: its weights `ws` (from index `first` on: weight, bias, weight,
  # bias, …) and their gradients `gws`; the adapters `ps` with four places for each linear, as folded.py reads them, and
  # their gradients `gps`. An array without entries stands for what is absent or not trained. A block passes these lists
  # on and looks into none of them; neither does it look into `bare`.


  # x with a share of its entries zeroed and the rest scaled up. The same seed gives the same mask in the backward pass.
  def dropped(self: __torch__.Kernels, x: Tensor, dropout: float, seed: int) -> Tensor:
    if dropout == 0.0:
      return x
    draws = torch.Generator(device=x.device, seed=seed)
    mask = torch.empty_like(x).bernoulli_(1.0 - dropout, generator=draws)
    return x * mask.div_(1.0 - dropout)

  # x·Wᵀ + b. A 1×1 convolution's weight comes with four axes.
  def product(self: __torch__.Kernels, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    w = w.flatten(1)
    if b.numel() > 0:
      return torch.addmm(b, x, w.t())
    return torch.mm(x, w.t())

  # x·Wᵀ + ΔW·dropped(x) + b
  def changed_product(self: __torch__.Kernels, x: Tensor, w: Tensor, b: Tensor, ps: List[Tensor], i: int, dropout: float, seed: int) -> Tensor:
    if self.joins(w, x.size(0), ps, i, dropout):
      return self.product(x, self.joined(w, ps, i), b)
    y = self.product(x, w, b)
    if self.adapted(ps, i):
      y = self.plus_change(y, self.dropped(x, dropout, seed + i), ps, i)
    return y

  # y [n, out] = g ⊙ (x·Wᵀ + ΔW·dropped(x)) + b, for x [n, in], with the change ΔW and perhaps the gain g of its adapter.
  # What g is applied to goes into `bare` at i, where that has places. A 1×1 convolution's weight will do too.
  def linear(self: __torch__.Kernels, x: Tensor, ws: List[Tensor], ps: List[Tensor], bare: List[Tensor], first: int, i: int, dropout: float, seed: int) -> Tensor:
    w = self.weight(ws, first, i)
    b = ws[first + 2 * i + 1]
    if not self.gained(ps, i):
      return self.changed_product(x, w, b, ps, i, dropout, seed)
    y = self.changed_product(x, w, torch.empty([0]), ps, i, dropout, seed)
    if len(bare) > 0:
      bare[i] = y
    if b.numel() > 0:
      return torch.addcmul(b, y, ps[4 * i + 3])
    return y * ps[4 * i + 3]

  # As linear, for x of a row or a few. Below four rows the libraries sum in another order; x is filled up to four, so
  # that a row's result is the same to the last bit in every batch.
  def linear_few(self: __torch__.Kernels, x: Tensor, ws: List[Tensor], ps: List[Tensor], bare: List[Tensor], first: int, i: int, dropout: float, seed: int) -> Tensor:
    rows = x.size(0)
    if rows >= 4 or dropout > 0.0:
      return self.linear(x, ws, ps, bare, first, i, dropout, seed)
    y = self.linear(torch.constant_pad_nd(x, [0, 0, 0, 4 - rows], 0), ws, ps, bare, first, i, dropout, seed)
    if len(bare) > 0:
      bare[i] = bare[i][:rows]
    return y[:rows]

  # into += left·right; `into` is float32 whatever the factors are.
  def accumulate(self: __torch__.Kernels, into: Tensor, left: Tensor, right: Tensor) -> bool:
    if left.dtype == into.dtype:
      into.addmm_(left, right)
    else:
      into.add_(torch.mm(left, right))
    return True

  # Adds the gradients of weight, bias and adapter, and returns that of x, added to dx where it has entries.
  def linear_back(self: __torch__.Kernels, dy: Tensor, x: Tensor, dx: Tensor, ws: List[Tensor], gws: List[Tensor], ps: List[Tensor], gps: List[Tensor], bare: List[Tensor], first: int, i: int, dropout: float, seed: int, need: bool) -> Tensor:
    if gws[first + 2 * i + 1].numel() > 0:
      gws[first + 2 * i + 1].add_(dy.sum(0))
    if self.gained(ps, i):
      if self.learns(gps, i):
        gps[4 * i + 3].add_(torch.sum(dy * bare[i], [0], False, dtype=6))
      dy = dy * ps[4 * i + 3]
    w = self.weight(ws, first, i)
    joined = self.joins(w, x.size(0), ps, i, dropout)
    if need:
      if joined:
        w = self.joined(w, ps, i)
      dx = self.plus_product(dx, dy, w.flatten(1))
    if gws[first + 2 * i].numel() > 0:
      self.accumulate(gws[first + 2 * i].flatten(1), dy.t(), x)
    learns = self.learns(gps, i)
    if joined:
      self.change_back(dy, x, torch.empty([0]), ps, gps, i, False)
    elif self.adapted(ps, i) and (need or learns):
      seen = x
      if learns:
        seen = self.dropped(x, dropout, seed + i)
      if need and dropout == 0.0:
        dx = self.change_back(dy, seen, dx, ps, gps, i, True)
      else:
        own = self.change_back(dy, seen, torch.empty([0]), ps, gps, i, need)
        if need:
          dx.add_(self.dropped(own, dropout, seed + i))
    return dx

  # RMS norm in float32: (y in x's format, 1/rms [n, 1])
  def rms(self: __torch__.Kernels, x: Tensor, w: Tensor, eps: float) -> Tuple[Tensor, Tensor]:
    wide = x.to(6)
    size = torch.linalg_vector_norm(wide, 2, [-1], True)
    r = torch.rsqrt(size * size / x.size(-1) + eps)
    if x.dtype == 6:
      return ((x * r).mul_(w), r)
    return ((wide * r).to(x.dtype) * w, r)

  # Gradient of x through the norm; adds that of w where it is trained.
  def rms_back(self: __torch__.Kernels, dy: Tensor, x: Tensor, r: Tensor, w: Tensor, gw: Tensor) -> Tensor:
    wide = x.to(6)
    if gw.numel() > 0:
      gw.add_((dy.to(6) * wide * r).sum(0))
    dn = dy.to(6) * w
    share = (dn * wide).sum(-1, True).mul_(r * r / x.size(-1))  # [n, 1]
    return dn.addcmul_(wide, share, value=-1).mul_(r).to(x.dtype)

  # Layer norm: (y, mean, 1/deviation)
  def layer_norm(self: __torch__.Kernels, x: Tensor, w: Tensor, b: Tensor, eps: float) -> Tuple[Tensor, Tensor, Tensor]:
    y, mean, r = torch.native_layer_norm(x, [x.size(-1)], w, b, eps)
    return (y, mean, r)

  def layer_norm_back(self: __torch__.Kernels, dy: Tensor, x: Tensor, mean: Tensor, r: Tensor, w: Tensor, b: Tensor, gw: Tensor, gb: Tensor) -> Tensor:
    dx, dw, db = torch.native_layer_norm_backward(dy, x, [x.size(-1)], mean, r, w, b, [True, gw.numel() > 0, gb.numel() > 0])
    if gw.numel() > 0:
      gw.add_(dw)
    if gb.numel() > 0:
      gb.add_(db)
    return dx

  def activation(self: __torch__.Kernels, x: Tensor, kind: str) -> Tensor:
    if kind == "quick_gelu":
      return torch.sigmoid(x * 1.702).mul_(x)
    if kind == "gelu":
      return torch.gelu(x, approximate="none")
    if kind == "gelu_pytorch_tanh":
      return torch.gelu(x, approximate="tanh")
    if kind == "silu":
      return torch.silu(x)
    return torch.relu(x)

  def activation_back(self: __torch__.Kernels, dy: Tensor, x: Tensor, kind: str) -> Tensor:
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
