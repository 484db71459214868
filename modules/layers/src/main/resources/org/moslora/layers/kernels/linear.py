  # Linear layers. A block hands over four lists of one order: its weights `ws` (from index `first` on: weight, bias,
  # weight, bias, …), their gradients `gws`, the adapters' low-rank pairs `ps` (down, up, down, up, …) and the gradients
  # `gps` of those. An array without entries stands for what is absent or not trained.


  # x with a share of its entries zeroed and the rest scaled up. The same seed gives the same mask in the backward pass.
  def dropped(self: __torch__.Kernels, x: Tensor, dropout: float, seed: int) -> Tensor:
    if dropout == 0.0:
      return x
    draws = torch.Generator(device=x.device, seed=seed)
    mask = torch.empty_like(x).bernoulli_(1.0 - dropout, generator=draws)
    return x * mask.div_(1.0 - dropout)

  # x·Wᵀ + b. A 1x1 convolution's weight comes with four axes.
  def product(self: __torch__.Kernels, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    w = w.flatten(1)
    if b.numel() > 0:
      return torch.addmm(b, x, w.t())
    return torch.mm(x, w.t())

  # y [n, out] = x·Wᵀ + b + dropped(x)·downᵀ·upᵀ, for x [n, in]. A 1×1 convolution's weight [out, in, 1, 1] will do too.
  def linear(self: __torch__.Kernels, x: Tensor, ws: List[Tensor], ps: List[Tensor], first: int, i: int, dropout: float, seed: int) -> Tensor:
    y = self.product(x, ws[first + 2 * i], ws[first + 2 * i + 1])
    down = ps[2 * i]
    if down.numel() > 0:
      h = torch.mm(self.dropped(x, dropout, seed + i), down.t())  # [n, r]
      y.addmm_(h, ps[2 * i + 1].t())
    return y

  # As linear, for x of a row or a few. Below four rows the libraries sum in another order; x is filled up to four, so
  # that a row's result is the same to the last bit in every batch.
  def linear_few(self: __torch__.Kernels, x: Tensor, ws: List[Tensor], ps: List[Tensor], first: int, i: int, dropout: float, seed: int) -> Tensor:
    rows = x.size(0)
    if rows >= 4 or dropout > 0.0:
      return self.linear(x, ws, ps, first, i, dropout, seed)
    return self.linear(torch.constant_pad_nd(x, [0, 0, 0, 4 - rows], 0), ws, ps, first, i, dropout, seed)[:rows]

  # into += left·right; `into` is float32 whatever the factors are.
  def accumulate(self: __torch__.Kernels, into: Tensor, left: Tensor, right: Tensor) -> bool:
    if left.dtype == into.dtype:
      into.addmm_(left, right)
    else:
      into.add_(torch.mm(left, right))
    return True

  # Adds the gradients of weight, bias and pair, and returns that of x, added to dx where it has entries.
  def linear_back(self: __torch__.Kernels, dy: Tensor, x: Tensor, dx: Tensor, ws: List[Tensor], gws: List[Tensor], ps: List[Tensor], gps: List[Tensor], first: int, i: int, dropout: float, seed: int, need: bool) -> Tensor:
    if need:
      w = ws[first + 2 * i].flatten(1)
      if dx.numel() > 0:
        dx.addmm_(dy, w)
      else:
        dx = torch.mm(dy, w)
    if gws[first + 2 * i].numel() > 0:
      self.accumulate(gws[first + 2 * i].flatten(1), dy.t(), x)
    if gws[first + 2 * i + 1].numel() > 0:
      gws[first + 2 * i + 1].add_(dy.sum(0))
    down = ps[2 * i]
    if down.numel() > 0:
      up = ps[2 * i + 1]
      dh = torch.mm(dy, up)  # [n, r]
      if gps[2 * i].numel() > 0:
        seen = self.dropped(x, dropout, seed + i)
        self.accumulate(gps[2 * i + 1], dy.t(), torch.mm(seen, down.t()))
        self.accumulate(gps[2 * i], dh.t(), seen)
      if need:
        if dropout == 0.0:
          dx.addmm_(dh, down)
        else:
          dx.add_(self.dropped(torch.mm(dh, down), dropout, seed + i))
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
    trained = gw.numel() > 0
    dx, dw, db = torch.native_layer_norm_backward(dy, x, [x.size(-1)], mean, r, w, b, [True, trained, trained])
    if trained:
      gw.add_(dw)
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
