package org.moslora.tuning.caption;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.moslora.console.progress.Progress;
import org.moslora.console.progress.StopRequest;
import org.moslora.console.progress.Stopped;
import org.moslora.examples.subject.SubjectPictures;
import org.moslora.problems.FieldName;
import org.moslora.problems.InputFile;
import org.moslora.problems.InvalidInput;
import org.moslora.problems.Messages;
import org.moslora.problems.NotFinite;
import org.moslora.problems.Problems;
import org.moslora.tensors.DurableFiles;
import org.moslora.tensors.out.OutputLock;
import org.moslora.tuning.Chat;
import org.moslora.tuning.LoadedModel;

/**
 * Writes {@code NAME.txt} beside every picture of a folder, as the model answers one question about it. Texts that are there
 * stay, unless they are the program's own and were asked otherwise; so a call that was cut off goes on where it stopped.
 */
public final class Captioning {
    private final CaptionRequest request;
    private final Supplier<LoadedModel> model;
    private final Messages messages;

    /** @param model opened only where a text is missing; closed after */
    public Captioning(CaptionRequest request, Supplier<LoadedModel> model, Messages messages) {
        this.request = request;
        this.model = model;
        this.messages = messages;
    }

    /**
     * Writes what is missing.
     *
     * @throws InvalidInput if there is no folder of pictures, or it cannot be written to
     */
    public CaptionSummary run() {
        Path folder = request.images();
        String where = FieldName.of("images", folder);
        List<Path> pictures = SubjectPictures.files(where, folder);
        if (pictures.isEmpty()) {
            throw new InvalidInput(where, "holds no pictures");
        }
        mustDiffer(pictures);
        CaptionSummary[] summary = new CaptionSummary[1];
        OutputLock.inside(where, folder).during(() -> summary[0] = written(pictures));
        return summary[0];
    }

    private static Path text(Path picture) {
        return picture.resolveSibling(SubjectPictures.stem(picture) + ".txt");
    }

    private static void mustDiffer(List<Path> pictures) {
        Map<Path, Path> texts = new HashMap<>();
        Problems problems = new Problems();
        for (Path picture : pictures) {
            Path other = texts.putIfAbsent(text(picture), picture);
            if (other != null) {
                problems.add(
                        picture.toString(),
                        "%s would be the text of both this and %s; rename one of them",
                        text(picture).getFileName(),
                        other.getFileName());
            }
        }
        problems.throwIfAny();
    }

    private CaptionSummary written(List<Path> pictures) {
        CaptionRows rows = CaptionRows.read(request.images());
        List<Path> missing = new ArrayList<>();
        int there = 0;
        int kept = 0;
        for (Path picture : pictures) {
            Path text = text(picture);
            if (!Files.exists(text)) {
                missing.add(picture);
            } else if (!rows.isOwn(text, content(text))) {
                kept++;
            } else if (rows.isOf(text, request.row(text))) {
                there++;
            } else {
                missing.add(picture);
            }
        }
        if (kept > 0) {
            messages.tell(kept + " of " + pictures.size() + " pictures have texts of somebody else's, which stay");
        }
        int failed = missing.isEmpty() ? 0 : answered(missing, rows);
        return new CaptionSummary(pictures.size(), there, kept, missing.size() - failed, failed);
    }

    private static String content(Path text) {
        try {
            return InputFile.text(text).strip();
        } catch (IOException unreadable) {
            return ""; // nobody's but its writer's
        }
    }

    /** How many could not be answered. */
    private int answered(List<Path> missing, CaptionRows rows) {
        int[] failed = {0};
        int[] done = {0};
        try (LoadedModel loaded = model.get();
                Progress progress = Progress.start("pictures", missing.size(), request.quiet())) {
            StopRequest.attending(() -> {
                for (Path picture : missing) {
                    if (StopRequest.isMade()) {
                        throw new Stopped((done[0] - failed[0]) + " of " + missing.size()
                                + " texts are written; the same command goes on");
                    }
                    failed[0] += answer(loaded, picture, rows) ? 0 : 1;
                    progress.step(++done[0], "");
                }
            });
        }
        return failed[0];
    }

    private boolean answer(LoadedModel loaded, Path picture, CaptionRows rows) {
        try (Chat chat = new Chat(loaded, List.of(picture), request.sampling())) {
            // One line, for what reads such texts takes the first; control characters are no words.
            String caption = chat.ask(request.prompt(), part -> {})
                    .replaceAll("[\\s\\p{Cntrl}]+", " ")
                    .strip();
            if (caption.isEmpty()) {
                messages.tell(picture + ": the model answers nothing");
                return false;
            }
            Path text = text(picture);
            JsonObject row = request.row(text);
            DurableFiles.writeString(text, caption + "\n");
            rows.append(row, caption);
            return true;
        } catch (InvalidInput | NotFinite unreadable) {
            messages.tell(picture + ": " + unreadable.getMessage());
            return false;
        }
    }
}
