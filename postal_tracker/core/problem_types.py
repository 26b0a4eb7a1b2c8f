"""Every kind of problem that callers are told: what it means, and what to do about it.

The `type` of a problem (RFC 9457) is `/problems/SLUG`; that address shows what stands here. The
sentence in `detail` tells of the single case, this table of the kind.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One kind of problem, in Vietnamese and English: its meaning first, then the remedy."""

    slug: str
    status: int
    vi: str
    en: str


_BY_STATUS: Mapping[int, Mapping[str, tuple[str, str]]] = {
    400: {
        "bad-request": (
            "Yêu cầu không đúng giao thức HTTP nên không đọc được. Vui lòng sửa chương trình gửi.",
            "The request is not valid HTTP and cannot be read. Correct the program that sends it.",
        ),
        "unknown-host": (
            "Yêu cầu gọi máy chủ bằng một tên không được phục vụ. Vui lòng dùng địa chỉ mà cơ quan "
            "công bố; người quản trị đặt các tên ở `POSTAL_ALLOWED_HOSTS`.",
            "The request calls the service by a name that is not served. Use the address that the "
            "office names; the operator sets them in `POSTAL_ALLOWED_HOSTS`.",
        ),
    },
    401: {
        "sign-in-first": (
            "Yêu cầu không có khóa API hay phiên đăng nhập còn hiệu lực. Vui lòng đăng nhập, hoặc "
            "gửi `Authorization: Bearer KHÓA`.",
            "The request shows no valid API key or session. Sign in, or send "
            "`Authorization: Bearer KEY`.",
        ),
        "telephone-withdrawn": (
            "Điểm tiếp nhận đã thu hồi điện thoại này. Tin chưa gửi vẫn còn trong máy: vui lòng "
            "đến bàn một cửa để được cấp mã QR mới, hoặc đăng nhập.",
            "The office has withdrawn this telephone. What was not sent is still on it: have the "
            "desk show a new QR code, or sign in.",
        ),
        "locked": (
            "Phiên làm việc tạm khóa vì đã lâu không có thao tác. Vui lòng mở một trang bất kỳ, "
            "nhập mật khẩu rồi làm lại.",
            "The session was left alone and is locked. Open any page, give the password, and try "
            "again.",
        ),
        "sign-in-anew": (
            "Đã quá năm phút từ khi nhập mật khẩu, hoặc mật khẩu vừa đổi. Vui lòng đăng nhập lại.",
            "The password was given more than five minutes ago, or was changed. Sign in again.",
        ),
        "single-sign-on-failed": (
            "Máy chủ định danh không trả lời, hoặc câu trả lời không đúng lượt đăng nhập này. Vui "
            "lòng thử lại; nếu vẫn lỗi, báo người quản trị kiểm tra `POSTAL_OIDC__…`.",
            "The identity provider does not answer, or what it says is not of this sign-in. Try "
            "again; if it persists, have the administrator check `POSTAL_OIDC__…`.",
        ),
        "wrong-sign-in": (
            "Tên đăng nhập hoặc mật khẩu không đúng, hoặc tài khoản đã bị khóa. Vui lòng nhập lại, "
            "hoặc hỏi người quản trị.",
            "Username or password is wrong, or the account is disabled. Try again, or ask the "
            "administrator.",
        ),
        "forged-message": (
            "Tin gửi tới webhook không chứng minh được nguồn gốc: sai địa chỉ, chữ ký hoặc mã. "
            "Vui lòng so lại cài đặt ở hai bên; tin không được giữ lại.",
            "A webhook's message does not prove its origin: its address, signature or token is "
            "wrong. Compare the settings on both sides; the message is not kept.",
        ),
    },
    403: {
        "denunciations-are-kept-apart": (
            "Đơn tố cáo chỉ mở cho người được nêu ở `POSTAL_DENUNCIATIONS_TO`.",
            "Denunciations are open to those alone whom `POSTAL_DENUNCIATIONS_TO` names.",
        ),
        "not-your-role": (
            "Vai trò của khóa hay tài khoản không được làm việc này. Vui lòng dùng khóa có vai trò "
            "nêu trong tài liệu.",
            "The role of the key or account does not allow this. Use a key of a role that the "
            "documentation names.",
        ),
        "not-on-a-telephone": (
            "Điện thoại của bưu tá do điểm tiếp nhận cấp chỉ mở được các trang của bưu tá. Vui "
            "lòng đăng nhập trên máy khác.",
            "A telephone that the desk enrolled opens the couriers' pages only. Sign in on another "
            "device.",
        ),
        "choose-your-password": (
            "Mật khẩu do người khác đặt. Vui lòng tự chọn mật khẩu mới ở trang đổi mật khẩu.",
            "Somebody else set the password. Choose one of your own on the page for that.",
        ),
        "second-factor-first": (
            "Vai trò này phải dùng mã xác thực (`POSTAL_SECOND_FACTOR_ROLES`). Vui lòng cài đặt ở "
            "trang mã xác thực.",
            "This role needs a second factor (`POSTAL_SECOND_FACTOR_ROLES`). Set it up on the page "
            "for that.",
        ),
        "no-group-of-ours": (
            "Tài khoản cơ quan không thuộc nhóm nào trong `POSTAL_OIDC__ROLES`. Vui lòng đề nghị "
            "cấp nhóm.",
            "The identity is in no group of `POSTAL_OIDC__ROLES`. Ask for one of these groups.",
        ),
        "another-office": (
            "Tài khoản thuộc một điểm tiếp nhận khác. Vui lòng để người của điểm đó làm.",
            "The account belongs to another office. Let somebody of that office do it.",
        ),
        "another-offices-parcel": (
            "Hồ sơ nằm trong bưu gửi của điểm tiếp nhận khác; nơi đó ghi nhận bưu gửi.",
            "The dossier is in another office's parcel; they record what becomes of it.",
        ),
        "scope-missing": (
            "Khóa không có phạm vi mà lời gọi này cần. Vui lòng tạo khóa với `--scope national`.",
            "The key has not the scope that this call needs. Make one with `--scope national`.",
        ),
        "another-carrier": (
            "Khóa chỉ dùng cho bưu gửi của một đơn vị bưu chính. Vui lòng chọn đúng đơn vị đó, "
            "hoặc dùng khóa khác.",
            "The key is bound to one carrier. Name that carrier, or use another key.",
        ),
        "for-the-whole-centre": (
            "Việc này chung cho toàn trung tâm, không thuộc riêng điểm tiếp nhận nào. Vui lòng để "
            "người phụ trách toàn trung tâm làm.",
            "This concerns the whole centre, not one office. Let somebody who works for all of it "
            "do it.",
        ),
        "cross-site": (
            "Trình duyệt gửi yêu cầu này từ một trang web khác, hoặc biểu mẫu thuộc phiên đăng "
            "nhập khác. Vui lòng mở lại trang và làm lại; chương trình thì dùng khóa API.",
            "A browser sent this from another site, or the form belongs to another session. Open "
            "the page again and repeat it; programs use an API key.",
        ),
    },
    404: {
        "no-such-page": (
            "Địa chỉ này không dẫn tới đâu. Vui lòng kiểm tra lại địa chỉ.",
            "This address leads nowhere. Check it.",
        ),
        "no-such-enrolment": (
            "Mã QR cấp cho điện thoại của bưu tá đã được dùng, hết hạn hoặc thu hồi. Vui lòng nhờ "
            "bàn một cửa tạo mã mới.",
            "The QR code that enrols a courier's telephone was used, is too old or was revoked. "
            "Have the desk show a new one.",
        ),
        "no-such-work-item": (
            "Danh sách việc cần làm không có việc này. Vui lòng tải lại danh sách.",
            "There is nothing like this on the worklist. Load the list again.",
        ),
        "no-such-dossier": (
            "Không có hồ sơ mang mã này. Vui lòng kiểm tra lại mã.",
            "No dossier has this code. Check the code.",
        ),
        "no-such-parcel": (
            "Không có bưu gửi (hoặc bưu gửi đang mở) mang số hiệu này. Vui lòng kiểm tra lại nhãn.",
            "No parcel, or no open one, has this number. Check its label.",
        ),
        "no-such-handover": (
            "Không có bảng kê mang số này. Vui lòng kiểm tra lại số.",
            "No handover list has this number. Check the number.",
        ),
        "no-such-message": (
            "Không có tin nào mang số này. Vui lòng lấy danh sách tin lại.",
            "No message has this id. List the messages again.",
        ),
        "no-such-book": (
            "Sổ theo dõi hồ sơ của đơn vị này trong năm đó không có quyển này.",
            "The register of this office and year has no such book.",
        ),
        "no-such-office": (
            "Không có điểm tiếp nhận mang mã này. Vui lòng dùng mã trong danh mục.",
            "No office has this code. Use a code of the catalogue.",
        ),
        "no-such-procedure": (
            "Không có thủ tục mang mã này vào ngày đó. Vui lòng dùng mã trong danh mục.",
            "No procedure has this code on that day. Use a code of the catalogue.",
        ),
        "no-such-authority": (
            "Không có cơ quan giải quyết mang mã này. Vui lòng dùng mã trong danh mục.",
            "No authority has this code. Use a code of the catalogue.",
        ),
        "no-such-carrier": (
            "Đơn vị bưu chính này không có, hoặc không có webhook ở đây. Vui lòng kiểm tra lại "
            "tên.",
            "There is no such carrier, or it has no webhook here. Check its name.",
        ),
        "no-such-webhook": (
            "Không có webhook này, hoặc webhook do bên khác tạo. Vui lòng lấy danh sách webhook.",
            "There is no such webhook, or somebody else made it. List the webhooks.",
        ),
        "no-such-feedback": (
            "Không có câu hỏi, phản ánh mang số này trong phạm vi được xem. Vui lòng kiểm tra số.",
            "There is no feedback of this number within reach. Check the number.",
        ),
        "no-such-denunciation": (
            "Không có đơn mang số này trong phạm vi được xem. Vui lòng kiểm tra số.",
            "There is no denunciation of this number within reach. Check the number.",
        ),
        "no-such-survey": (
            "Không có đợt khảo sát mang mã này trong phạm vi được xem. Vui lòng kiểm tra mã.",
            "There is no round of a survey with this code within reach. Check the code.",
        ),
        "no-such-delivery": (
            "Webhook này không có lần gửi đó; lần gửi chỉ được giữ 30 ngày. Vui lòng lấy danh sách "
            "lần gửi.",
            "This webhook has no such delivery; they are kept for 30 days. List its deliveries.",
        ),
        "no-such-notice": (
            "Hồ sơ này không có thông báo đó. Vui lòng lấy danh sách thông báo của hồ sơ.",
            "The dossier has no such notice. List its notices.",
        ),
        "no-such-printer": (
            "Không có máy in tên này ở điểm tiếp nhận này. Vui lòng lấy danh sách máy in.",
            "Your office has no printer of this name. List the printers.",
        ),
        "no-such-list": (
            "Không có danh sách đã nhập này trong phạm vi của điểm tiếp nhận.",
            "There is no such imported list within your office's reach.",
        ),
        "no-such-leaf": (
            "Nhật ký không có mục mang số này, hoặc chưa từng dài đến thế. Vui lòng đọc "
            "`/log/checkpoint` để biết độ dài.",
            "The log has no entry of this number, or was never of this size. Read "
            "`/log/checkpoint` for its size.",
        ),
        "no-checkpoint": (
            "Chưa có gì được ghi vào nhật ký nên chưa có điểm kiểm tra. Vui lòng thử lại sau ít "
            "giây; nếu vẫn vậy, vui lòng báo người quản trị xem khóa của nhật ký.",
            "Nothing has come into the log yet, so there is no checkpoint. Try again in a few "
            "seconds; if that does not help, have the administrator look at the log's key.",
        ),
        "no-such-staff": (
            "Không có tài khoản này. Vui lòng kiểm tra lại tên đăng nhập.",
            "There is no such account. Check the username.",
        ),
        "no-such-key": (
            "Không có khóa API này. Vui lòng lấy danh sách khóa.",
            "There is no such API key. List the keys.",
        ),
        "nothing-found": (
            "Không có hồ sơ với mã và số điện thoại đã nhập; không nói rõ phần nào sai. Vui lòng "
            "xem lại giấy hẹn.",
            "No dossier has this code and telephone number; it is not told which is wrong. See "
            "the receipt.",
        ),
    },
    405: {
        "method-not-allowed": (
            "Địa chỉ này có, nhưng không nhận phương thức HTTP đó. Vui lòng kiểm tra lại tài liệu.",
            "The address exists but does not take this HTTP method. See the documentation.",
        ),
    },
    409: {
        "feedback-waits": (
            "Hồ sơ này đã có năm câu hỏi, phản ánh chưa được trả lời. Vui lòng chờ trả lời, hoặc "
            "gọi điểm tiếp nhận.",
            "Five complaints or questions about this dossier wait for an answer. Wait for it, or "
            "call the office.",
        ),
        "feedback-not-so": (
            "Ở tình trạng hiện tại không làm được việc này với phản ánh. Vui lòng mở lại để xem.",
            "That cannot be done with the feedback as it stands. Open it again and look.",
        ),
        "extended-already": (
            "Yêu cầu này đã được gia hạn một lần; luật chỉ cho gia hạn một lần. Vui lòng trả lời.",
            "Its time was extended before, and the law allows that once. Answer it.",
        ),
        "identity-not-checked": (
            "Chưa đối chiếu giấy tờ của người yêu cầu. Vui lòng đối chiếu và ghi nhận trước.",
            "Who asks was not checked by his identity paper. Check it and say so first.",
        ),
        "survey-questions-gone": (
            "Tệp nêu ở `POSTAL_SURVEY_QUESTIONS_FILE` không còn bộ câu hỏi của đợt này. Vui lòng "
            "bổ sung lại.",
            "The file that `POSTAL_SURVEY_QUESTIONS_FILE` names no longer has this round's "
            "questions. Put them back.",
        ),
        "delivery-disputed": (
            "Việc phát còn tranh chấp nên chưa khép lại được. Vui lòng kết luận việc phát trước.",
            "The delivery is still disputed, so this cannot be closed. Settle that first.",
        ),
        "nothing-disputed": (
            "Phản ánh này không có việc phát nào đang tranh chấp, hoặc đã có kết luận.",
            "The feedback disputes no delivery, or that was settled.",
        ),
        "closed-already": (
            "Đơn này đã được giải quyết.",
            "This denunciation was settled already.",
        ),
        "rated-already": (
            "Mỗi hồ sơ chỉ được đánh giá một lần, và hồ sơ này đã được đánh giá.",
            "Each dossier is rated once, and this one has been.",
        ),
        "identity-taken": (
            "Tài khoản cơ quan đã liên kết với người khác. Vui lòng báo người quản trị.",
            "The identity is linked to somebody else's account. Tell the administrator.",
        ),
        "identity-not-linked": (
            "Tài khoản cơ quan chưa liên kết. Vui lòng đăng nhập bằng mật khẩu rồi liên kết.",
            "The identity is linked to no account. Sign in with your password, then link it.",
        ),
        "own-account": (
            "Không ai tự thay đổi vai trò hay khóa tài khoản của mình. Đề nghị người quản trị khác "
            "làm việc này.",
            "Nobody changes his own role or closes his own account. Ask another administrator.",
        ),
        "last-administrator": (
            "Trung tâm phải luôn có một người quản trị đăng nhập được. Vui lòng thêm người quản "
            "trị khác trước.",
            "A centre always has one administrator who can sign in. Add another one first.",
        ),
        "done-at-the-same-time": (
            "Người khác vừa làm đúng việc này. Vui lòng mở lại, kiểm tra, rồi mới làm tiếp.",
            "Somebody else did this at the same moment. Open it again and check before you go on.",
        ),
        "request-in-progress": (
            "Cùng Idempotency-Key này, một yêu cầu giống hệt đang được xử lý ở tiến trình khác. "
            "Vui lòng gửi lại sau `Retry-After` để nhận câu trả lời của nó.",
            "The same request with this Idempotency-Key is being worked on by another process. "
            "Send it again after `Retry-After` to get its answer.",
        ),
        "form-done-already": (
            "Biểu mẫu này đã được ghi nhận một lần với nội dung khác. Vui lòng kiểm tra rồi gửi "
            "lại nếu cần.",
            "This form was recorded once with other contents. Check, then send it again if needed.",
        ),
        "too-many-changes": (
            "Thời hạn của hồ sơ này đã thay đổi quá nhiều lần. Vui lòng báo người quản trị.",
            "The limit of this dossier was changed too often. Please tell the administrator.",
        ),
        "not-at-this-stage": (
            "Hồ sơ hay bưu gửi đang ở tình trạng không làm được việc này; câu trả lời nêu việc "
            "làm được.",
            "The dossier or parcel is at a stage at which this cannot be done; the answer names "
            "what can.",
        ),
        "nothing-to-write-about": (
            "Hồ sơ chưa có việc mà giấy này ghi lại: yêu cầu bổ sung, từ chối, gia hạn hoặc dừng "
            "giải quyết. Vui lòng ghi nhận việc đó trước.",
            "What this paper tells of was not done with the dossier: asking for more papers, a "
            "refusal, an extension, a stop. Record it first.",
        ),
        "unclear-scan": (
            "Máy quét gõ qua bàn phím đang đặt sai (Telex, VNI, tiếng Pháp…), nên mã đến không "
            "nguyên vẹn. Vui lòng chuyển sang tiếng Anh (Mỹ) rồi quét lại, hoặc gửi đúng mã kèm "
            "`chosen`.",
            "The scanner types through a keyboard that is set otherwise (Telex, VNI, French…), so "
            "the code did not arrive whole. Switch to English (US) and scan again, or send the "
            "right code with `chosen`.",
        ),
        "struck-out-already": (
            "Nội dung này đã được hủy. Không cần làm gì thêm.",
            "The entry was struck out before. There is nothing left to do.",
        ),
        "too-late-to-undo": (
            "Bưu tá chỉ tự hoàn tác được trong hai phút sau khi ghi nhận. Đề nghị báo điểm tiếp "
            "nhận đính chính.",
            "A courier can undo what he told for two minutes. After that the office strikes it "
            "out, with a reason.",
        ),
        "number-used-again": (
            "Số hiệu đã được dùng cho bưu gửi mới hơn nên không hủy được ghi nhận kết thúc của "
            "bưu gửi cũ. Vui lòng xem bưu gửi mới.",
            "A newer parcel has this number, so the end of the older one cannot be struck out. "
            "See the newer one.",
        ),
        "dossiers-travel-on": (
            "Hồ sơ đã đi tiếp trong bưu gửi khác nên không hủy ghi nhận được. Vui lòng xem "
            "bưu gửi đó trước.",
            "The dossiers travel on in another parcel, so this cannot be struck out. See that "
            "parcel first.",
        ),
        "dossier-code-taken": (
            "Mã hồ sơ đã được đăng ký, với dữ liệu khác. Vui lòng kiểm tra mã; hồ sơ gửi lại thì "
            "dùng Idempotency-Key, hoặc khóa có phạm vi `registration` với đúng dữ liệu cũ.",
            "The dossier code is registered already, with other data. Check it; to repeat a "
            "request safely send an Idempotency-Key, or the same data by a key with the scope "
            "`registration`.",
        ),
        "cursor-of-another-record": (
            "Dữ liệu đã được phục hồi từ một bản sao cũ hơn con trỏ. Vui lòng tiếp tục từ con trỏ "
            "gần nhất còn được chấp nhận; không còn con trỏ nào thì đọc lại từ đầu.",
            "The record was put back to a copy older than the cursor. Go on from the newest of "
            "your cursors that is still taken; if none is, read from the beginning.",
        ),
        "notice-under-way": (
            "Thông báo đang được gửi hoặc đang chờ kết quả. Vui lòng xem lại sau vài phút.",
            "The notice is being sent, or asked about. Look again in a few minutes.",
        ),
        "no-way-to-tell": (
            "Không có kênh nào gửi được: người dân chưa cho email hay số di động, không muốn nhận "
            "thông báo, hoặc kênh chưa được thiết lập (`POSTAL_NOTICES__…`).",
            "No channel reaches the citizen: there is neither e-mail nor mobile number, they want "
            "no notices, or no channel is set up (`POSTAL_NOTICES__…`).",
        ),
        "webhook-disabled": (
            "Webhook đang tắt nên không nhận gì. Vui lòng sửa hệ thống nhận, bật lại webhook, rồi "
            "gửi lại khoảng thời gian đã sót.",
            "The webhook is disabled and is told nothing. Mend the receiver, enable the webhook, "
            "then replay the period that it missed.",
        ),
        "too-many-webhooks": (
            "Đã có đủ số webhook mà hệ thống phục vụ. Vui lòng xóa webhook không còn dùng.",
            "There are as many webhooks as are served. Delete those that are no longer used.",
        ),
        "cursor-too-old": (
            "Thay đổi chỉ được giữ 30 ngày, con trỏ đã cũ hơn nên có thể đã sót thay đổi. Vui lòng "
            "đọc lại các hồ sơ, rồi đọc từ đầu, không gửi con trỏ.",
            "Changes are kept for 30 days and the cursor is older, so some may be missed. Read the "
            "dossiers anew, then read from the beginning, without a cursor.",
        ),
        "dossier-in-open-parcel": (
            "Hồ sơ còn nằm trong một bưu gửi đang mở. Vui lòng ghi nhận bưu gửi đó đã tới, hoặc "
            "lấy hồ sơ ra.",
            "The dossier still lies in an open parcel. Record that parcel's arrival, or take the "
            "dossier out.",
        ),
        "dossier-out-of-hand": (
            "Hồ sơ không còn ở điểm tiếp nhận hay cơ quan giải quyết nên không đóng vào bưu gửi "
            "được. Vui lòng xem nhật ký hồ sơ.",
            "The dossier is neither with an office nor with an authority, so it cannot be sealed. "
            "See its timeline.",
        ),
        "different-authorities": (
            "Các hồ sơ thuộc nhiều cơ quan giải quyết. Vui lòng tạo mỗi cơ quan một bưu gửi.",
            "The dossiers go to different authorities. Make one parcel for each authority.",
        ),
        "no-office-in-common": (
            "Hồ sơ hoặc bưu gửi thuộc các trung tâm khác nhau. Vui lòng làm riêng cho từng nơi.",
            "They are of different centres. Do it for each centre by itself.",
        ),
        "tracking-number-in-use": (
            "Số hiệu đã dùng cho một bưu gửi khác. Vui lòng kiểm tra lại nhãn.",
            "Another parcel has this number. Check the label.",
        ),
        "no-number-range": (
            "Chưa nhập dải số hiệu nào của đơn vị bưu chính này. Gửi số hiệu trên nhãn, hoặc nhập "
            "dải số được cấp (POST /number-ranges).",
            "No range of numbers was entered for this carrier. Send the label's number, or enter "
            "the range that the post allotted (POST /number-ranges).",
        ),
        "set-by-environment": (
            "Thiết lập do biến môi trường của máy chủ quy định. Đề nghị người quản lý máy chủ sửa.",
            "The server's environment says this setting. Ask whoever runs the server to change it.",
        ),
        "carrier-not-asked": (
            "Không hỏi được đơn vị bưu chính này. Vui lòng đặt mã truy cập trước.",
            "This carrier cannot be asked. Set its token first.",
        ),
        "numbers-overlap": (
            "Dải số hiệu trùng với dải đã nhập; câu trả lời nêu dải đó.",
            "The range overlaps one that was entered before; the answer names it.",
        ),
        "numbers-exhausted": (
            "Đã dùng hết dải số hiệu được cấp. Vui lòng xin dải mới, hoặc gửi số hiệu trên nhãn.",
            "The allotted numbers are used up. Ask the post for a new range, or send the label's "
            "number.",
        ),
        "another-carriers-parcel": (
            "Bưu gửi thuộc đơn vị bưu chính khác với bảng kê. Vui lòng lập bảng kê riêng.",
            "The parcel's carrier is not the list's. Make a list of its own.",
        ),
        "carrier-not-polled": (
            "Không hỏi được đơn vị bưu chính về bưu gửi này qua mạng. Vui lòng gọi điện.",
            "The carrier cannot be polled about this parcel. Call them.",
        ),
        "parcel-gone-already": (
            "Bưu gửi đã được giao cho bưu chính. Vui lòng bỏ nó khỏi bảng kê.",
            "The parcel has been handed to the post. Leave it off the list.",
        ),
        "parcel-on-a-list": (
            "Bưu gửi đã có trên một bảng kê. Vui lòng dùng bảng kê đó.",
            "The parcel is on a list already. Use that list.",
        ),
        "handover-signed-by-another": (
            "Bảng kê do bưu tá khác ký nhận. Vui lòng xác nhận là nhận thay.",
            "Another courier signed for this list. Confirm that you take it over.",
        ),
        "handover-taken": (
            "Bảng kê này đã có bưu tá khác nhận. Vui lòng kiểm tra lại với điểm tiếp nhận.",
            "Another courier has taken this list. Please ask the office.",
        ),
        "handover-signed": (
            "Bảng kê đã được ký nhận và không đổi nữa. Vui lòng lập bảng kê mới.",
            "The list is signed and changes no more. Make a new list.",
        ),
        "counted-meanwhile": (
            "Bưu tá đã kiểm đếm bảng kê sau khi trang được mở. Vui lòng xem chênh lệch rồi ký lại.",
            "The courier has counted the list since it was read. Look at what is missing, then "
            "sign with the new `record`.",
        ),
        "parcel-not-on-the-list": (
            "Bưu gửi không có trong bảng kê này. Vui lòng để riêng và báo bên giao.",
            "The parcel is not on this list. Put it aside and tell who gives it.",
        ),
        "parcel-not-in-hand": (
            "Chỉ giao lại được bưu gửi đang trong tay mình. Vui lòng quét nhận trước.",
            "Only what is in your hands can be handed back. Tell that you have it first.",
        ),
        "refused": (
            "Việc vừa quét không ghi nhận được; câu trả lời nêu lý do.",
            "What was scanned cannot be recorded; the answer says why.",
        ),
        "message-erased": (
            "Nội dung tin đã được xóa theo thời hạn lưu giữ nên không xử lý lại được.",
            "The message's body was erased at the end of its retention; it cannot be processed "
            "again.",
        ),
        "imported-before": (
            "Chính tệp này đã được nhập. Chỉ nhập lại khi chắc chắn cần.",
            "This very file was imported before. Import it again only if that is meant.",
        ),
        "import-under-way": (
            "Đang nhập một danh sách khác. Vui lòng chờ đến khi xong rồi gửi lại.",
            "Another list is under way. Wait until it is done, then send this one again.",
        ),
        "import-undone": (
            "Danh sách này đã được hủy nhập.",
            "This list was taken back already.",
        ),
        "import-went-on": (
            "Có hồ sơ trong danh sách đã được xử lý tiếp. Vui lòng rút từng hồ sơ nhập nhầm.",
            "Some dossier of the list went on. Withdraw what is wrong one by one.",
        ),
        "code-taken": (
            "Danh mục đã có mã này. Vui lòng sửa dòng đang có, hoặc đặt mã khác.",
            "The catalogue has this code already. Change that row, or choose another code.",
        ),
        "printer-name-taken": (
            "Đã có máy in mang tên này. Vui lòng đặt tên khác.",
            "A printer has this name already. Choose another.",
        ),
        "username-taken": (
            "Đã có tài khoản mang tên đăng nhập này. Vui lòng chọn tên khác.",
            "An account has this username already. Choose another.",
        ),
    },
    412: {
        "changed-meanwhile": (
            "Hồ sơ đã được sửa hoặc xử lý sau lần đọc trước (`If-Match` không còn đúng). Vui lòng "
            "đọc lại hồ sơ, xem điều đã đổi, rồi gửi lại với ETag mới.",
            "The dossier was corrected or worked on since it was read (`If-Match` no longer "
            "fits). Read it again, look at what changed, and send it with the new ETag.",
        ),
    },
    413: {
        "too-large": (
            "Nội dung yêu cầu quá lớn: webhook và sự kiện tới 1 MiB, còn lại ít hơn. Vui lòng chia "
            "nhỏ.",
            "The body is too large: webhooks and events may have 1 MiB, others less. Split it.",
        ),
        "file-too-large": (
            "Tệp quá lớn. Vui lòng chia thành nhiều tệp.",
            "The file is too large. Split it into several.",
        ),
        "too-many-rows": (
            "Tệp có quá nhiều dòng. Vui lòng chia thành nhiều tệp.",
            "The file has too many rows. Split it into several.",
        ),
    },
    415: {
        "packed-body": (
            "Nội dung được nén theo cách hệ thống không đọc. Vui lòng gửi không nén, hoặc nén gzip "
            "kèm Content-Encoding: gzip.",
            "The body is packed in a way that is not read here. Send it plain, or as gzip with "
            "Content-Encoding: gzip.",
        ),
    },
    422: {
        "invalid-form": (
            "Có trường thiếu hoặc không đúng; `errors` nêu từng trường. Vui lòng sửa rồi gửi lại.",
            "A field is missing or wrong; `errors` names each. Correct it and send it again.",
        ),
        "mistyped-code": (
            "Ký tự kiểm tra của mã tra cứu không khớp: có ký tự gõ nhầm. Vui lòng so lại với giấy "
            "hẹn.",
            "The lookup code's check character does not fit: a character is mistyped. Compare it "
            "with the receipt.",
        ),
        "unknown-carrier": (
            "Không có đơn vị bưu chính này, hoặc đơn vị này không chở bưu gửi. Vui lòng chọn một "
            "tên được nêu.",
            "There is no such carrier, or it carries no parcels. Choose one of those named.",
        ),
        "idempotency-key-reused": (
            "Idempotency-Key này đã dùng cho một yêu cầu khác. Vui lòng tạo khóa mới cho mỗi yêu "
            "cầu mới.",
            "This Idempotency-Key was used for another request. Make a new key for each new "
            "request.",
        ),
        "nothing-to-print": (
            "Yêu cầu in không nêu bưu gửi hay hồ sơ nào. Vui lòng nêu ít nhất một.",
            "The request names nothing to print. Name at least one parcel or dossier.",
        ),
        "labels-asked-for-twice": (
            "Yêu cầu in chọn nhãn theo nhiều cách cùng lúc. Vui lòng chọn một cách.",
            "The request chooses labels in several ways at once. Choose one.",
        ),
        "unknown-medium-or-format": (
            "Không có khổ giấy hoặc định dạng này. Vui lòng chọn một trong các tên được nêu.",
            "There is no such medium or format. Choose one of those named.",
        ),
        "printer-of-the-browser": (
            "Máy in này do trình duyệt in. Vui lòng lấy tệp PDF bằng `POST /api/v1/labels`.",
            "The browser prints on this printer. Ask for the PDF with `POST /api/v1/labels`.",
        ),
        "paper-cannot-be-printed": (
            "Có ký hiệu không in được hoặc chữ quá dài trên giấy. Vui lòng sửa tên hoặc địa chỉ.",
            "A sign cannot be set, or there are too many words. Correct the name or address.",
        ),
        "unreadable-file": (
            "Tệp trống, hỏng hoặc có mật khẩu. Vui lòng mở bằng chương trình bảng tính và lưu lại.",
            "The file is empty, broken or locked. Open it in a spreadsheet program and save it.",
        ),
        "unknown-file-type": (
            "Chỉ đọc được tệp .csv và .xlsx. Vui lòng lưu lại ở một trong hai dạng đó.",
            "Only .csv and .xlsx files are read. Save it as one of these.",
        ),
        "not-utf-8": (
            "Tệp CSV không phải UTF-8. Trong Excel vui lòng chọn Lưu thành “CSV UTF-8”.",
            "The CSV file is not UTF-8. In Excel save it as 'CSV UTF-8'.",
        ),
        "not-unicode": (
            "Tiêu đề các cột theo bảng mã cũ (TCVN3, VNI) hoặc bị đọc sai bảng mã. Vui lòng chuyển "
            "tệp sang Unicode rồi gửi lại.",
            "The headings are in an encoding from before Unicode (TCVN3, VNI), or were misread. "
            "Convert the file to Unicode and send it again.",
        ),
        "double-heading": (
            "Hai cột của tệp cùng một nghĩa. Vui lòng bỏ một cột.",
            "Two columns of the file mean the same. Remove one.",
        ),
        "missing-column": (
            "Dòng đầu của tệp thiếu một cột bắt buộc. Vui lòng thêm cột được nêu.",
            "The file's first row lacks a required column. Add the one named.",
        ),
        "bad-username": (
            "Tên đăng nhập không đúng dạng. Vui lòng dùng 3 đến 60 ký tự a-z, 0-9, `.`, `_`, `-`.",
            "The username is not of the right form. Use 3 to 60 of a-z, 0-9, `.`, `_` and `-`.",
        ),
        "bad-name": (
            "Tên trống, quá dài hoặc có ký tự không đọc được. Vui lòng sửa tên.",
            "The name is empty, too long, or holds unreadable characters. Correct it.",
        ),
        "bad-password": (
            "Mật khẩu quá ngắn, quá dài hoặc quá dễ đoán. Vui lòng ghép vài từ không liên quan.",
            "The password is too short, too long or too easy to guess. Put a few unrelated words "
            "together.",
        ),
        "bad-role": (
            "Không có vai trò này cho tài khoản. Vui lòng chọn một vai trò được nêu.",
            "Accounts have no such role. Choose one of those named.",
        ),
        "bad-carrier": (
            "Chỉ khóa của bưu tá hoặc phần mềm mới gắn với một đơn vị bưu chính; điện thoại thì "
            "gắn với đơn vị của bưu tá. Vui lòng bỏ hoặc đổi.",
            "Only a courier's or a program's key is bound to a carrier, a courier's telephone to "
            "the one he works for. Leave it out or change it.",
        ),
        "bad-staff": (
            "Điện thoại gắn với một bưu tá có tài khoản đang mở. Vui lòng nêu tên đăng nhập.",
            "A telephone belongs to one courier whose account is open. Name his sign-in name.",
        ),
        "bad-scope": (
            "Chỉ khóa của phần mềm mới có phạm vi dữ liệu. Vui lòng bỏ, hoặc chọn vai trò "
            "integration.",
            "Only a program's key has scopes. Leave them out, or choose the role integration.",
        ),
        "bad-expires-at": (
            "Thời điểm hết hạn đã qua. Vui lòng chọn một thời điểm sau này.",
            "The time of expiry has passed. Choose a later one.",
        ),
    },
    428: {
        "if-match-missing": (
            "Đính chính phải kèm `If-Match` với ETag của lần đọc hồ sơ gần nhất, để không ghi đè "
            "lên điều người khác vừa sửa.",
            "A correction carries `If-Match` with the ETag of the dossier as it was read last, so "
            "that it overwrites nothing that somebody else has just put right.",
        ),
    },
    429: {
        "too-many-lookups": (
            "Đã tra cứu sai quá nhiều lần. Vui lòng chờ theo `Retry-After`, hoặc quét mã QR trên "
            "giấy hẹn.",
            "There were too many wrong lookups. Wait as `Retry-After` says, or scan the receipt's "
            "QR code.",
        ),
        "too-many-sign-ins": (
            "Đã đăng nhập sai quá nhiều lần. Vui lòng chờ theo `Retry-After`.",
            "There were too many wrong sign-ins. Wait as `Retry-After` says.",
        ),
    },
    431: {
        "head-too-large": (
            "Địa chỉ và tiêu đề HTTP dài quá 32 KiB, hoặc có hơn 100 tiêu đề. Đề nghị xóa cookie "
            "của trang này, hoặc sửa chương trình gửi.",
            "Address and headers are longer than 32 KiB, or there are more than 100 headers. Clear "
            "the cookies of this site, or correct the program that sends them.",
        ),
    },
    500: {
        "internal": (
            "Hệ thống gặp lỗi và đã ghi lại. Vui lòng thử lại; nếu vẫn lỗi, báo người quản trị.",
            "Something failed here and was noted. Try again; if it persists, tell the operator.",
        ),
    },
    503: {
        "log-behind": (
            "Nhật ký chống sửa đổi đang dừng, nên nguồn dữ liệu theo thứ tự của nó cũng dừng. Vui "
            "lòng báo người quản trị: nhật ký của dịch vụ cho biết lý do.",
            "The log stands still, and so does what is told in its order. Tell the operator: the "
            "service's own log says why.",
        ),
        "busy": (
            "Cơ sở dữ liệu đang bận hoặc không tới được. Vui lòng gửi lại sau `Retry-After`, kèm "
            "cùng Idempotency-Key nếu có.",
            "The database is busy or away. Send it again after `Retry-After`, with the same "
            "Idempotency-Key if there was one.",
        ),
        "overload": (
            "Quá nhiều yêu cầu cùng lúc, hoặc yêu cầu đã chờ quá lâu: chưa làm, chưa ghi nhận gì. "
            "Đề nghị gửi lại sau `Retry-After` (2 đến 10 giây).",
            "Too many requests came at once, or this one waited too long: it was not begun, and "
            "nothing was kept. Send it again after `Retry-After` (2 to 10 seconds).",
        ),
        "outcome-uncertain": (
            "Kết nối tới cơ sở dữ liệu mất đúng lúc đang lưu, nên chưa rõ đã ghi nhận hay chưa. "
            "Vui lòng mở lại để kiểm tra rồi mới làm lại; chương trình gửi lại với cùng khóa hoặc "
            "mã.",
            "The connection to the database was lost during the commit, so it is not certain "
            "whether this was kept. Look first; a program repeats it with the same key or id.",
        ),
        "printer-refuses": (
            "Máy in từ chối kết nối. Vui lòng bật máy in, hoặc chờ nó in xong.",
            "The printer refuses the connection. Switch it on, or wait until it is done.",
        ),
        "printer-elsewhere": (
            "Địa chỉ của máy in nằm ngoài các mạng cho phép đặt máy in. Người quản trị cho phép "
            "mạng đó bằng POSTAL_PRINTER_NETWORKS, hoặc sửa địa chỉ máy in.",
            "The printer's address is in no network in which printers may stand. An administrator "
            "allows that network by POSTAL_PRINTER_NETWORKS, or corrects the address.",
        ),
        "printer-out-of-reach": (
            "Không tới được máy in. Vui lòng kiểm tra nguồn điện và dây mạng.",
            "The printer cannot be reached. Check its power and its network cable.",
        ),
        "printer-address-unknown": (
            "Không tìm thấy địa chỉ mạng của máy in. Vui lòng báo người quản trị.",
            "The printer's network address is not known. Tell the administrator.",
        ),
        "printer-stalled": (
            "Máy in ngừng nhận giữa chừng. Vui lòng xem giấy, mực, nắp máy và nhãn vừa ra.",
            "The printer takes no more data. See to its paper, ribbon and lid, and to what came "
            "out.",
        ),
        "printer-broke-off": (
            "Máy in ngắt kết nối giữa chừng. Vui lòng kiểm tra nhãn vừa ra trước khi in tiếp.",
            "The printer broke off half way. Check what came out before you continue printing.",
        ),
        "no-printing-system": (
            "Máy chủ không có hệ thống in (CUPS). Vui lòng báo người quản trị.",
            "The server has no printing system (CUPS). Tell the administrator.",
        ),
        "printer-queue-refuses": (
            "Hệ thống in của máy chủ không nhận việc. Vui lòng báo người quản trị.",
            "The server's printing system takes no job. Tell the administrator.",
        ),
    },
}

PROBLEM_TYPES: Mapping[str, ProblemType] = {
    slug: ProblemType(slug, status, vi, en)
    for status, types in _BY_STATUS.items()
    for slug, (vi, en) in types.items()
}
