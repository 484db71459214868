package org.moslora.adapters;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.moslora.adapters.form.TensorRole;
import org.moslora.adapters.names.BlockLayout;
import org.moslora.adapters.names.Components;
import org.moslora.adapters.names.DiffusionFamily;
import org.moslora.adapters.names.KohyaNaming;
import org.moslora.adapters.names.Naming;
import org.moslora.adapters.names.PeftNaming;
import org.moslora.adapters.names.TransformerTree;
import org.moslora.layers.Arena;
import org.moslora.layers.ArrayData;
import org.moslora.layers.Site;
import org.moslora.problems.FieldName;
import org.moslora.tensors.DType;
import org.moslora.tensors.SafetensorsWriter;
import org.moslora.tensors.TensorData;

/** Writes the single files of diffusers, kohya and LyCORIS. */
final class FileExport {
    private static final String DIFFUSERS = "pytorch_lora_weights.safetensors";

    private final AdapterFile adapter;
    private final LayerTensors layers;
    private final Arena arena;
    private final DType type;
    private final Map<String, Site> sites;
    private final List<String> remarks = new ArrayList<>();

    FileExport(AdapterFile adapter, LayerTensors layers, Arena arena, DType type, Map<String, Site> sites) {
        this.adapter = adapter;
        this.layers = layers;
        this.arena = arena;
        this.type = type;
        this.sites = sites;
        remarks.addAll(adapter.remarks());
    }

    List<String> write(Path out, AdapterFormat format) throws IOException {
        if (format == AdapterFormat.DIFFUSERS) {
            List<FusedLayers.Spelt> plain = adapter.layers().values().stream()
                    .map(layers::plain)
                    .map(FusedLayers.Spelt::plain)
                    .toList();
            AdapterCard.of(format, adapter).write(out);
            // Without settings or alphas a reader takes every scale to be 1, which it is: B holds it.
            SafetensorsWriter.write(
                    out.resolve(DIFFUSERS), tensors(plain, PeftNaming.diffusers(), false), Map.of("format", "pt"));
            return remarks;
        }
        DiffusionFamily family = family();
        boolean xl = family == DiffusionFamily.XL;
        Naming naming = new KohyaNaming(xl ? blocks() : BlockLayout.of(List.of()), xl, xl);
        boolean lycoris = format == AdapterFormat.LYCORIS;
        List<LayerTensors.Written> written = adapter.layers().values().stream()
                .map(layer -> lycoris ? layers.lycoris(layer) : layers.pair(layer))
                .toList();
        new KohyaMetadata(adapter, family, lycoris).write(out, tensors(spelt(written, family), naming, true));
        return remarks;
    }

    /** By the names of the tree that programs of this format go by. */
    private List<FusedLayers.Spelt> spelt(List<LayerTensors.Written> written, DiffusionFamily family) {
        TransformerTree tree = TransformerTree.of(family);
        return tree == null
                ? written.stream().map(FusedLayers.Spelt::plain).toList()
                : new FusedLayers(tree, sites, arena).of(written);
    }

    private List<TensorData> tensors(List<FusedLayers.Spelt> written, Naming naming, boolean alphas) {
        List<TensorData> tensors = new ArrayList<>();
        for (FusedLayers.Spelt layer : written) {
            String path = layer.path();
            for (Map.Entry<TensorRole, NDArray> tensor : layer.tensors().entrySet()) {
                tensors.add(ArrayData.of(arena, naming.key(path, tensor.getKey()), tensor.getValue(), type));
            }
            if (alphas) {
                float[] alpha = {(float) layer.alpha()};
                tensors.add(TensorData.of(naming.key(path, TensorRole.ALPHA), List.of(), alpha));
            }
        }
        return tensors;
    }

    private DiffusionFamily family() {
        if (!sites.isEmpty()) {
            return Families.of(sites).orElse(DiffusionFamily.V1_OR_2);
        }
        DiffusionFamily family = Families.of(adapter).orElse(DiffusionFamily.V1_OR_2);
        remarks.add("its layers are taken for those of " + family.description() + "; " + FieldName.of("model")
                + " would tell");
        return family;
    }

    private BlockLayout blocks() {
        if (!sites.isEmpty()) {
            return BlockLayout.of(sites.keySet());
        }
        BlockLayout blocks = BlockLayout.guess(adapter.layers().keySet());
        if (adapter.layers().keySet().stream().anyMatch(path -> path.startsWith(Components.UNET))) {
            remarks.add("block numbers are those of a UNet with " + blocks.usual() + " layers a resolution");
        }
        return blocks;
    }
}
