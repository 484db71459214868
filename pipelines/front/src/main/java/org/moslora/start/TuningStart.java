package org.moslora.start;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.moslora.datasets.ConversationFiles;
import org.moslora.llama.BackboneFolder;
import org.moslora.multimodal.MultimodalFolder;
import org.moslora.problems.FieldName;
import org.moslora.problems.InvalidInput;
import org.moslora.tuning.ModelFolders;
import org.moslora.tuning.Processor;
import org.moslora.tuning.TuningDataBlock;

/** A start for a model that converses. */
final class TuningStart {
    private static final int WIDE = 2048;
    private static final int ROWS_A_STEP = 16;
    private static final int FEW = 2000;
    private static final int USUAL_LENGTH = 2048;

    private TuningStart() {}

    static String text(Path model, Path data, boolean sees) {
        Path conversations = conversations(data);
        try (BackboneFolder folder = ModelFolders.open(model)) {
            if (folder instanceof MultimodalFolder<?> != sees) {
                throw new InvalidInput(
                        FieldName.of("model", model),
                        sees
                                ? "is a text model: its recipe is of kind text"
                                : "sees pictures: its recipe is of kind visual");
            }
            int rows = ConversationFiles.read(List.of(conversations), null).total();
            Frugality frugality = Frugality.of(folder.weights().elements());
            return head(folder, sees, frugality)
                    + data(folder, conversations, sees, rows)
                    + adapter(folder)
                    + (sees ? "projector: {train: true, learning_rate: 2.0e-5}\n" : "")
                    + training(frugality, rows);
        }
    }

    private static String head(BackboneFolder folder, boolean sees, Frugality frugality) {
        return """
                # %s, %s
                pipeline: %s
                model: %s
                output: runs/start
                """.formatted(
                        folder.family(),
                        frugality.why(),
                        sees ? "visual-instruction-tuning" : "instruction-tuning",
                        StartingRecipe.quoted(folder.path()));
    }

    private static String data(BackboneFolder folder, Path conversations, boolean sees, int rows) {
        Path images = images(conversations);
        List<Path> files = List.of(conversations);
        Processor.Choice choice = Processor.Choice.of(null, TuningDataBlock.usual(null, files), null, images);
        String template;
        try (Processor processor = Processor.of(folder, choice, remark -> {})) {
            template = processor.template().spelling();
        }
        String pictures = sees ? "  images: " + StartingRecipe.quoted(images) + "\n" : "";
        return """
                data:                             # %d conversations
                  conversations: %s
                %s  template: %s                 # how turns are spelt; another one, and what the model knows is lost
                  max_length: %d                 # longer conversations lose their last rounds
                """.formatted(
                        rows,
                        StartingRecipe.quoted(conversations),
                        pictures,
                        template,
                        Math.min(USUAL_LENGTH, folder.text().longest()));
    }

    private static String adapter(BackboneFolder folder) {
        int rank = folder.text().hidden() >= WIDE ? 64 : 16;
        return """
                adapter:
                  kind: moslora                   # lora: the same without the mixer
                  rank: %d                        # higher: more to learn with, more memory, easier to overfit
                  alpha: %d                       # the update counts alpha/rank times
                  targets: all-linear             # or some: [q_proj, k_proj, v_proj]
                """.formatted(rank, 2 * rank);
    }

    private static String training(Frugality frugality, int rows) {
        int step = Math.max(1, Math.min(ROWS_A_STEP, rows / 8));
        int batch = frugality.checkpointing() ? 1 : Math.min(4, step);
        return """
                training:
                  learning_rate: 2.0e-4
                  schedule: cosine
                  warmup_ratio: 0.03
                  epochs: %d
                  batch_size: %d                  # rows that are in memory at a time
                  gradient_accumulation: %d       # times so many are a step
                  precision: %s
                  quantize: %s
                  gradient_checkpointing: %s      # slower by a third, and far less memory
                validation: {fraction: %s, every: 100, samples: 2}
                """.formatted(
                        rows < FEW ? 3 : 1,
                        batch,
                        Math.max(1, step / batch),
                        frugality.precision(),
                        frugality.quantize(),
                        frugality.checkpointing(),
                        rows >= 40 ? "0.05" : "0.0");
    }

    /** A file as it is; of a folder the file that is called after training, or the only one. */
    private static Path conversations(Path data) {
        if (!Files.isDirectory(data)) {
            return data;
        }
        try (Stream<Path> files = Files.list(data)) {
            List<Path> found = files.filter(file -> file.toString().matches(".*\\.jsonl?"))
                    .sorted(Comparator.comparing((Path file) ->
                                    !String.valueOf(file.getFileName()).startsWith("train"))
                            .thenComparing(Path::toString))
                    .toList();
            if (found.isEmpty()) {
                throw new InvalidInput(FieldName.of("data", data), "holds no .json or .jsonl of conversations");
            }
            return found.get(0);
        } catch (IOException unreadable) {
            throw new InvalidInput(FieldName.of("data", data), "cannot be read: " + unreadable.getMessage());
        }
    }

    private static Path images(Path conversations) {
        Path beside = conversations.toAbsolutePath().resolveSibling("images");
        return Files.isDirectory(beside)
                ? beside
                : conversations.toAbsolutePath().resolveSibling("");
    }
}
