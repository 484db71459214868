  # What stands before and after the blocks of a language model.

  # Rows of the table for `ids` [n], with `features` [m, hidden] put in at `places` [m].
  # ws: table [vocabulary, hidden]; ps: the places of its adapter, a pair down [r, vocabulary], up [hidden, r] or nothing.
  def embed(self: __torch__.Kernels, ws: List[Tensor], ps: List[Tensor], ids: Tensor, features: Tensor, places: Tensor) -> List[Tensor]:
    x = ws[0].index_select(0, ids)
    if self.adapted(ps, 0):
      x.addmm_(ps[0].index_select(1, ids).t(), ps[1].t())
    if places.numel() > 0:
      x.index_copy_(0, places, features.to(x.dtype))
    return [x]

  # The gradient of the features, which has no entries where there are none; adds those of the table and of its adapter
  # where they are trained.
  def embed_back(self: __torch__.Kernels, dx: Tensor, ids: Tensor, places: Tensor, gws: List[Tensor], ps: List[Tensor], gps: List[Tensor]) -> List[Tensor]:
    features = dx[:0]
    words = dx
    if places.numel() > 0:
      features = dx.index_select(0, places)
      words = dx.index_fill(0, places, 0.0)
    if gws[0].numel() > 0:
      gws[0].index_add_(0, ids, words.to(6))
    if self.learns(gps, 0):
      gps[0].index_add_(1, ids, torch.mm(ps[1].t(), words.t()).to(6))
      self.accumulate(gps[1], words.t(), ps[0].index_select(1, ids).t())
    return [features]

  # [losses [n], dx]: negative log-likelihood of `targets` [n] after final norm and head, for rows x [n, hidden], and the
  # gradient of scale · Σ losses; without `train` dx has no entries. Works through `rows` rows at a time, so that the
  # logits of a large vocabulary never stand in memory whole. ws: norm, head [vocabulary, hidden].
  def head(self: __torch__.Kernels, x: Tensor, ws: List[Tensor], gws: List[Tensor], targets: Tensor, eps: float, scale: float, rows: int, train: bool) -> List[Tensor]:
    losses = annotate(List[Tensor], [])
    grads = annotate(List[Tensor], [])
    start = 0
    while start < x.size(0):
      part = x[start:start + rows]
      aim = targets[start:start + rows].unsqueeze(1)
      n, r = self.rms(part, ws[0], eps)
      likely = torch.log_softmax(torch.mm(n, ws[1].t()).to(6), 1)
      losses.append(likely.gather(1, aim).squeeze(1).neg())
      if train:
        ones = torch.full([aim.size(0), 1], -1.0, dtype=6, device=x.device)
        dz = likely.exp_().scatter_add_(1, aim, ones).mul_(scale).to(x.dtype)
        if gws[1].numel() > 0:
          self.accumulate(gws[1], dz.t(), n)
        grads.append(self.rms_back(torch.mm(dz, ws[1]), part, r, ws[0], gws[0]))
      start = start + rows
    if train:
      return [torch.cat(losses, 0), torch.cat(grads, 0)]
    return [torch.cat(losses, 0), torch.empty([0])]

  # Logits [n, vocabulary] in float32 for rows x [n, hidden].
  def logits(self: __torch__.Kernels, x: Tensor, ws: List[Tensor], eps: float) -> List[Tensor]:
    n, r = self.rms(x, ws[0], eps)
    return [torch.mm(n, ws[1].t()).to(6)]
