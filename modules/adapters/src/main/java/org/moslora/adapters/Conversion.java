package org.moslora.adapters;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.moslora.layers.Arena;
import org.moslora.layers.Site;
import org.moslora.tensors.DType;

/**
 * An adapter in another format, exactly: nothing is approximated and nothing left out. What a format cannot hold is
 * refused by name before anything is written.
 */
public final class Conversion {
    private Conversion() {}

    /** Our own folder; what was LoRA stays LoRA. */
    public static void toNative(AdapterFile adapter, Path folder, Arena arena, DType type) throws IOException {
        write(AdapterFormat.NATIVE, adapter, folder, arena, type, Map.of());
    }

    /** Whether a file is one that {@link #write} wrote. */
    public static boolean isOwnFile(Path file) {
        return KohyaMetadata.isOwn(file);
    }

    /** PEFT's folder, the mixer folded into A: A' = M·A, so that rank, alpha and outputs stay what they are. */
    public static void toPeft(AdapterFile adapter, Path folder, Arena arena, DType type) throws IOException {
        write(AdapterFormat.PEFT, adapter, folder, arena, type, Map.of());
    }

    /**
     * Writes a folder or a file.
     *
     * @param out a folder to fill or a file to write, as the format has it; the caller sees to it that it appears whole
     * @param type number format of the tensors
     * @param sites the linears and convolutions of the model that it is for; empty if no model is known
     * @return what was taken for granted and should be told
     * @throws org.moslora.problems.InvalidInput naming everything that the format cannot hold
     */
    public static List<String> write(
            AdapterFormat format, AdapterFile adapter, Path out, Arena arena, DType type, Map<String, Site> sites)
            throws IOException {
        AdapterFile read = sites.isEmpty() ? adapter : adapter.of(sites.keySet());
        if (!sites.isEmpty()) {
            read.checkLayers(sites);
        }
        NumberedLayers.checkNamed(List.of(read));
        FormatSupport.check(read, format);
        try (Arena step = arena.child()) {
            LayerTensors tensors = new LayerTensors(step, sites);
            return switch (format) {
                case NATIVE, PEFT -> new FolderExport(read, tensors, step, type).write(out, format);
                case DIFFUSERS, KOHYA, LYCORIS -> new FileExport(read, tensors, step, type, sites).write(out, format);
            };
        }
    }
}
