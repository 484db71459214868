package org.moslora.generation.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.moslora.diffusion.text.ClipTextNames;
import org.moslora.tensors.DType;
import org.moslora.tensors.ModelFolder;
import org.moslora.tensors.Packed;
import org.moslora.tensors.TensorInfo;
import org.moslora.tensors.WeightName;
import org.moslora.tensors.WeightSource;
import org.moslora.tensors.WeightView;

/**
 * CLIP-L of a single file of Stable Diffusion 3, with the projection that diffusers puts its pooled text through and that
 * its authors' program does without: the folder's, which changes nothing in a published one, or where only configs lie
 * there one that changes nothing.
 */
record ClipProjection(WeightSource base, TensorInfo info, List<ByteBuffer> values) implements WeightView {
    static WeightSource of(WeightSource clip, Path folder) {
        String name = ClipTextNames.PROJECTION;
        if (ModelFolder.isIn(folder, WeightName.MODEL)) {
            try (WeightSource files = ModelFolder.open(folder, WeightName.MODEL)) {
                return files.names().contains(name)
                        ? new ClipProjection(clip, files.info(name), files.bytes(name))
                        : clip;
            }
        }
        long width = clip.names().contains(ClipTextNames.TOKENS)
                ? clip.info(ClipTextNames.TOKENS).shape().get(1)
                : 0;
        TensorInfo info = new TensorInfo(name, DType.F32, List.of(width, width));
        return new ClipProjection(clip, info, List.of(identity(info)));
    }

    private static ByteBuffer identity(TensorInfo info) {
        int width = info.shape().get(0).intValue();
        ByteBuffer values =
                ByteBuffer.allocateDirect(Math.toIntExact(info.byteSize())).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < width; i++) {
            values.putFloat(Float.BYTES * i * (width + 1), 1);
        }
        return values;
    }

    @Override
    public Set<String> names() {
        Set<String> all = new TreeSet<>(base.names());
        all.add(info.name());
        return Collections.unmodifiableSet(all);
    }

    @Override
    public TensorInfo info(String name) {
        return name.equals(info.name()) ? info : base.info(name);
    }

    @Override
    public DType stored(String name) {
        return name.equals(info.name()) ? info.dtype() : base.stored(name);
    }

    @Override
    public List<ByteBuffer> bytes(String name) {
        return name.equals(info.name())
                ? values.stream()
                        .map(piece -> piece.duplicate().order(ByteOrder.LITTLE_ENDIAN))
                        .toList()
                : base.bytes(name);
    }

    @Override
    public Optional<Packed> packed(String name) {
        return name.equals(info.name()) ? Optional.empty() : base.packed(name);
    }

    @Override
    public Path file(String name) {
        return name.equals(info.name()) ? base.origin() : base.file(name);
    }

    @Override
    public String spelled(String name) {
        return name.equals(info.name()) ? name : base.spelled(name);
    }
}
