"""Pictures and other files: a list of those that jobs made, their bytes, and uploads."""

from aiohttp import web

from web.server.endpoint import Call, endpoint
from web.server.pictures import file_url
from web.server.schemas.images import ImageList, ImageModel, ImagesQuery, UploadedImage, UploadForm
from web.server.sending import send_file
from web.server.uploads import receive_picture


@endpoint("GET", "/api/v1/images", query=ImagesQuery, response=ImageList)
async def list_images(call: Call[None, ImagesQuery]) -> ImageList:
    """List the pictures that jobs made, newest first."""
    words = (call.query.search or "").lower().split()
    found = await call.services.pictures.page(limit=call.query.limit + 1, before=call.query.before, words=words)
    page = found[: call.query.limit]
    images = [ImageModel(**vars(item), url=file_url(item.root, item.subfolder, item.filename)) for item in page]
    return ImageList(images=images, next=page[-1].id if len(found) > len(page) else None)


@endpoint("POST", "/api/v1/images", body=UploadForm, response=UploadedImage, kind="upload", errors=(413, 415, 422, 507))
async def upload_image(call: Call[None, None]) -> UploadedImage:
    """Bring a picture into the input folder, or beside one in the folder that ``type`` names."""
    stored = await receive_picture(call.request, call.services)
    return UploadedImage(name=stored.name, subfolder=stored.subfolder, root=stored.root)


@endpoint("GET", r"/api/v1/files/{root}/{path:.+}", kind="bytes", errors=(404,))
async def get_file(call: Call[None, None]) -> web.StreamResponse:
    """The bytes of a file in the output, input or temporary folder."""
    return await send_file(call.request, call.services.folders.jail, call.part("root"), call.part("path"))
