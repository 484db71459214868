  # CLIP's text encoder (Radford et al. 2021, arXiv:2103.00020): the blocks of vision.py under a causal mask.
  # x [texts · n, width].

  # [rows, width]: embeddings of ids [texts, n] with positions. ws: the table of tokens, that of positions.
  def text_embed(self: __torch__.Kernels, ids: Tensor, ws: List[Tensor]) -> List[Tensor]:
    x = ws[0].index_select(0, ids.flatten(0)).view([ids.size(0), ids.size(1), -1])
    return [(x + ws[1][:ids.size(1)]).view([-1, x.size(2)])]

  # Adds the gradients of the two tables, where they are trained.
  def text_embed_back(self: __torch__.Kernels, dy: Tensor, ids: Tensor, gws: List[Tensor]) -> List[Tensor]:
    wide = dy.to(6)
    if gws[0].numel() > 0:
      gws[0].index_add_(0, ids.flatten(0), wide)
    if gws[1].numel() > 0:
      gws[1][:ids.size(1)].add_(wide.view([ids.size(0), ids.size(1), -1]).sum(0))
    return gws

  def text_forward(self: __torch__.Kernels, x: Tensor, ws: List[Tensor], ps: List[Tensor], lengths: List[int], heads: int, eps: float, act: str, dropout: float, seed: int, composed: bool) -> List[Tensor]:
    return self.clip_forward(x, ws, ps, lengths, heads, eps, act, True, dropout, seed, composed)

  def text_backward(self: __torch__.Kernels, dy: Tensor, x: Tensor, saved: List[Tensor], ws: List[Tensor], gws: List[Tensor], ps: List[Tensor], gps: List[Tensor], lengths: List[int], heads: int, eps: float, act: str, dropout: float, seed: int, composed: bool, need: bool) -> List[Tensor]:
    return self.clip_backward(dy, x, saved, ws, gws, ps, gps, lengths, heads, eps, act, True, dropout, seed, composed, need)

  # The final norm. ws: its weight and bias.
  def text_normed(self: __torch__.Kernels, x: Tensor, ws: List[Tensor], eps: float) -> List[Tensor]:
    y, mean, r = self.layer_norm(x, ws[0], ws[1], eps)
    return [y]

  def text_normed_back(self: __torch__.Kernels, dy: Tensor, x: Tensor, ws: List[Tensor], gws: List[Tensor], eps: float) -> List[Tensor]:
    y, mean, r = self.layer_norm(x, ws[0], ws[1], eps)
    return [self.layer_norm_back(dy.to(x.dtype), x, mean, r, ws[0], ws[1], gws[0], gws[1])]

  # [texts, projection]: the normed rows at `ends`, projected where there is a projection. ws: final norm, weight and
  # bias of the projection.
  def text_pooled(self: __torch__.Kernels, x: Tensor, ends: Tensor, ws: List[Tensor], ps: List[Tensor], eps: float, dropout: float, seed: int) -> List[Tensor]:
    y, mean, r = self.layer_norm(x.index_select(0, ends), ws[0], ws[1], eps)
    if ws[2].numel() == 0:
      return [y]
    bare = annotate(List[Tensor], [])
    return [self.linear(y, ws, ps, bare, 2, 0, dropout, seed)]

  # The gradient of x, without entries where `need` does not ask for it.
  def text_pooled_back(self: __torch__.Kernels, dy: Tensor, x: Tensor, ends: Tensor, ws: List[Tensor], gws: List[Tensor], ps: List[Tensor], gps: List[Tensor], eps: float, dropout: float, seed: int, need: bool) -> List[Tensor]:
    below = need or gws[0].numel() > 0
    rows = x.index_select(0, ends)
    y, mean, r = self.layer_norm(rows, ws[0], ws[1], eps)
    d = dy.to(x.dtype)
    if ws[2].numel() > 0:
      bare = self.places(ps)
      if len(bare) > 0:
        self.linear(y, ws, ps, bare, 2, 0, dropout, seed)
      d = self.linear_back(d, y, torch.empty([0]), ws, gws, ps, gps, bare, 2, 0, dropout, seed, below)
    if not below:
      return [torch.empty([0])]
    d = self.layer_norm_back(d, rows, mean, r, ws[0], ws[1], gws[0], gws[1])
    return [torch.zeros_like(x).index_add_(0, ends, d)]

  # Some columns of x: what one of several encoders has to do with their joined states.
  def columns(self: __torch__.Kernels, x: Tensor, start: int, count: int) -> List[Tensor]:
    return [x[:, start:start + count].contiguous()]
